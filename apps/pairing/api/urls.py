from rest_framework.routers import SimpleRouter

from apps.pairing.api.views import PairingViewSet, VisitViewSet

router = SimpleRouter(use_regex_path=False)
router.register("visits", VisitViewSet, basename="visit")
router.register("pairings", PairingViewSet, basename="pairing")
urlpatterns = router.urls
