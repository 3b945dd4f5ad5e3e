from django.urls import path

from apps.casework import views

app_name = "casework"

urlpatterns = [
    path("cases/", views.index, name="cases"),
    path("cases/new/", views.new, name="new"),
    path("cases/<uuid:public_id>/", views.detail, name="case"),
    path("cases/<uuid:public_id>/accept/", views.accept, name="accept"),
    path("cases/<uuid:public_id>/answer/", views.answer, name="answer"),
    path("cases/<uuid:public_id>/close/", views.close, name="close"),
    path("cases/<uuid:public_id>/adopt/", views.adopt, name="adopt"),
    path("cases/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
]
