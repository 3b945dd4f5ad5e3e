from django.urls import path

from apps.offices import views

app_name = "offices"
urlpatterns = [
    path("", views.offices, name="offices"),
    path("<str:code>/", views.office, name="office"),
    path("<str:code>/add/", views.add, name="add"),
    path("<str:code>/change/", views.change, name="change"),
    path("<str:code>/move/", views.move, name="move"),
]
