from django.urls import path

from apps.members.views import organizations, posts

app_name = "organizations"
urlpatterns = [
    path("", organizations.organizations, name="list"),
    path("new/", organizations.new, name="new"),
    path("renewals/", organizations.due, name="renewals"),
    path("coverage/", organizations.by_town, name="coverage"),
    path("seats/", organizations.seats, name="seats"),
    path("<uuid:public_id>/", organizations.organization, name="detail"),
    path("<uuid:public_id>/edit/", organizations.edit, name="edit"),
    path("<uuid:public_id>/end/", organizations.end, name="end"),
    path("<uuid:public_id>/renew/", organizations.renew, name="renew"),
    path("<uuid:public_id>/appoint/", posts.choose_member, name="choose_member"),
]
