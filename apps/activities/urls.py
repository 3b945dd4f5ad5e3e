from django.urls import path

from apps.activities import views

app_name = "activities"

urlpatterns = [
    path("activities/", views.index, name="activities"),
    path("activities/new/", views.new, name="new"),
    path("activities/<uuid:public_id>/", views.detail, name="activity"),
    path("activities/<uuid:public_id>/edit/", views.edit, name="edit"),
    path("activities/<uuid:public_id>/hold/", views.hold, name="hold"),
    path("activities/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("activities/<uuid:public_id>/sign-up/", views.sign_up, name="sign_up"),
    path("activities/<uuid:public_id>/came/", views.came, name="came"),
    path("venues/", views.venues, name="venues"),
    path("venues/new/", views.new_venue, name="new_venue"),
    path("programmes/new/", views.new_programme, name="new_programme"),
]
