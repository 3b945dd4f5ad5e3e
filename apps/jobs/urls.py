from django.urls import path

from apps.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("scheduled/", views.scheduled_list, name="scheduled"),
    path("<uuid:public_id>/", views.job_detail, name="detail"),
    path("<uuid:public_id>/again/", views.job_again, name="again"),
]
