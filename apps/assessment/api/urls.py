from rest_framework.routers import SimpleRouter

from apps.assessment.api.views import ResultViewSet, SchemeViewSet

router = SimpleRouter()
router.register("schemes", SchemeViewSet, basename="scheme")
router.register("results", ResultViewSet, basename="result")
urlpatterns = router.urls
