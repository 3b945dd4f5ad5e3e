from rest_framework.routers import SimpleRouter

from apps.reports.api.views import ReportViewSet

router = SimpleRouter(use_regex_path=False)
router.register("reports", ReportViewSet, basename="report")
urlpatterns = router.urls
