from rest_framework.routers import SimpleRouter

from apps.members.api.views import MemberViewSet, OrganizationViewSet

router = SimpleRouter(use_regex_path=False)
router.register("members", MemberViewSet, basename="member")
router.register("organizations", OrganizationViewSet, basename="organization")
urlpatterns = router.urls
