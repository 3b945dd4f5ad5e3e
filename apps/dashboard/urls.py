from django.urls import path

from apps.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/", views.board, name="board"),
    path("demo/end/", views.end_demo, name="end_demo"),
]
