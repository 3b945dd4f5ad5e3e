from django.urls import path

from apps.files import views

app_name = "files"
urlpatterns = [
    path("<uuid:public_id>/", views.download, name="download"),
    path("audit/", views.export_audit, name="export_audit"),
    path("audit/kit/", views.audit_kit, name="audit_kit"),
]
