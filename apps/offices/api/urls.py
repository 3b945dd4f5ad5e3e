from rest_framework.routers import SimpleRouter

from apps.offices.api.views import OfficeViewSet

router = SimpleRouter()
router.register("offices", OfficeViewSet, basename="office")
urlpatterns = router.urls
