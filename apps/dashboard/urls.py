from django.urls import path

from apps.dashboard import my_year_views, readiness_views, today, views

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="home"),
    path("today/", today.today, name="today"),
    path("dashboard/", views.board, name="board"),
    path("dashboard/export/", views.export, name="export"),
    path("dashboard/readiness/", readiness_views.readiness, name="readiness"),
    path("my-year/", my_year_views.my_year, name="my_year"),
    path("cadres/", my_year_views.cadres, name="cadres"),
    path("cadres/<int:pk>/", my_year_views.cadre_year, name="cadre_year"),
    path("demo/end/", views.end_demo, name="end_demo"),
]
