"""成员自助: pages for members with a session of their own. Upper apps add theirs under the same /my/."""

from django.urls import path

from apps.members.ownfile import copying, correcting, pages

app_name = "own"
urlpatterns = [
    path("", pages.file, name="file"),
    path("looks/", pages.looks, name="looks"),
    path("leave/", pages.leave, name="leave"),
    path("contact/", pages.contact, name="contact"),
    path("consent/", pages.consent, name="consent"),
    path("correct/<slug:field>/", correcting.correct, name="correct"),
    path("copy/", copying.copy, name="copy"),
    path("withdraw/", pages.withdraw, name="withdraw"),
    path("next-time/", pages.next_time, name="next_time"),
]
