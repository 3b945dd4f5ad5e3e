from django.urls import path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("make/", views.make, name="make"),
    path("<uuid:public_id>/files/", views.files_again, name="files_again"),
]
