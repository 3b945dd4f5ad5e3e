from django.urls import path

from apps.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read_all, name="read_all"),
    path("mail/", views.mail, name="mail"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/subscribe/", views.subscribe, name="subscribe"),
    path("calendar/unsubscribe/", views.unsubscribe, name="unsubscribe"),
    path("<uuid:public_id>/", views.follow, name="follow"),
]
