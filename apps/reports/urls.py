from django.urls import path

from apps.reports import template_views, views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("make/", views.make, name="make"),
    path("make-all/", views.make_all, name="make_all"),
    path("templates/", template_views.first, name="templates"),
    path("templates/builtin.docx", template_views.builtin, name="template_builtin"),
    path("templates/of/<str:code>/", template_views.templates_of, name="templates_of"),
    path("templates/of/<str:code>/add/", template_views.add, name="template_add"),
    path("templates/of/<str:code>/back/", template_views.back, name="template_back"),
    path("templates/<uuid:public_id>/", template_views.download, name="template"),
    path("templates/<uuid:public_id>/use/", template_views.use, name="template_use"),
    path("templates/<uuid:public_id>/try/", template_views.try_one, name="template_try"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/stamped/", views.stamp, name="stamp"),
    path("<uuid:public_id>/files/<uuid:file_id>/", views.fetch, name="fetch"),
    path("<uuid:public_id>/files/", views.files_again, name="files_again"),
]
