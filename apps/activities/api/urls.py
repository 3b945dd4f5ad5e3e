from rest_framework.routers import SimpleRouter

from apps.activities.api.views import ActivityViewSet, VenueViewSet

router = SimpleRouter(use_regex_path=False)
router.register("activities", ActivityViewSet, basename="activity")
router.register("venues", VenueViewSet, basename="venue")
urlpatterns = router.urls
