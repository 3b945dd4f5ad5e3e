from django.urls import path

from apps.members.views import organization_merging, organizations, posts

app_name = "organizations"
urlpatterns = [
    path("", organizations.organizations, name="list"),
    path("new/", organizations.new, name="new"),
    path("renewals/", organizations.due, name="renewals"),
    path("coverage/", organizations.by_town, name="coverage"),
    path("seats/", organizations.seats, name="seats"),
    path("twins/", organization_merging.twins, name="twins"),
    path("different/", organization_merging.different, name="different"),
    path("different/<int:pk>/again/", organization_merging.compare_again, name="compare_again"),
    path("merged/", organization_merging.merged, name="merged"),
    path("merged/<int:pk>/undo/", organization_merging.undo, name="undo_merge"),
    path("<uuid:public_id>/", organizations.organization, name="detail"),
    path("<uuid:public_id>/edit/", organizations.edit, name="edit"),
    path("<uuid:public_id>/end/", organizations.end, name="end"),
    path("<uuid:public_id>/renew/", organizations.renew, name="renew"),
    path("<uuid:public_id>/move/", organization_merging.move, name="move"),
    path("<uuid:public_id>/merge/", organization_merging.choose_twin, name="choose_twin"),
    path("<uuid:public_id>/merge/<uuid:other>/", organization_merging.merge, name="merge"),
    path("<uuid:public_id>/different/<uuid:other>/", organization_merging.say_two, name="say_two"),
    path("<uuid:public_id>/appoint/", posts.choose_member, name="choose_member"),
]
