from rest_framework.routers import SimpleRouter

from apps.casework.api.views import CaseViewSet

router = SimpleRouter(use_regex_path=False)
router.register("cases", CaseViewSet, basename="case")
urlpatterns = router.urls
