from django.urls import path

from apps.accounts.views import entrance, sessions, tokens, users

app_name = "accounts"
urlpatterns = [
    path("invitation/<str:secret>/", entrance.accept, name="accept"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="end_session"),
    path("sessions/end-others/", sessions.end_other_sessions, name="end_other_sessions"),
    path("users/", users.users, name="users"),
    path("users/invite/", users.invite, name="invite"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/invitation/", users.reinvite, name="reinvite"),
    path("users/<int:pk>/disable/", users.disable, name="disable"),
    path("users/<int:pk>/enable/", users.enable, name="enable"),
    path("users/<int:pk>/reset-second-factor/", users.reset_second_factor, name="reset_second_factor"),
    path("users/<int:pk>/grants/", users.grant, name="grant"),
    path("users/<int:pk>/grants/<int:grant>/end/", users.end_grant, name="end_grant"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/end/", tokens.end_token, name="end_token"),
]
