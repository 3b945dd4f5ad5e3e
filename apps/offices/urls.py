from django.urls import path

from apps.offices import closing_views, holiday_views, views, word_views

app_name = "offices"
urlpatterns = [
    path("", views.offices, name="offices"),
    path("holidays/", holiday_views.index, name="holidays"),
    path("holidays/<int:pk>/unset/", holiday_views.unset, name="unset_holiday"),
    path("words/", word_views.index, name="words"),
    path("words/<int:pk>/retire/", word_views.retire, name="retire_word"),
    path("<str:code>/", views.office, name="office"),
    path("<str:code>/add/", views.add, name="add"),
    path("<str:code>/change/", views.change, name="change"),
    path("<str:code>/move/", views.move, name="move"),
    path("<str:code>/periods/", closing_views.periods, name="periods"),
    path("<str:code>/periods/<uuid:public_id>/reopen/", closing_views.reopen, name="reopen"),
]
