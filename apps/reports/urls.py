from django.urls import path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("make/", views.make, name="make"),
    path("make-all/", views.make_all, name="make_all"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/stamped/", views.stamp, name="stamp"),
    path("<uuid:public_id>/files/<uuid:file_id>/", views.fetch, name="fetch"),
    path("<uuid:public_id>/files/", views.files_again, name="files_again"),
]
