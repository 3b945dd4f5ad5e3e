from django.urls import path

from apps.dashboard import today, views

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
    path("today/", today.today, name="today"),
    path("dashboard/", views.board, name="board"),
    path("dashboard/export/", views.export, name="export"),
    path("demo/end/", views.end_demo, name="end_demo"),
]
