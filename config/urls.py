from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from apps.core import errors
from apps.core.access import open_to_everyone

# Each app's API plugs in here; the names are api:<basename>-list and api:<basename>-detail.
api: list[URLPattern | URLResolver] = []

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", open_to_everyone(set_language), name="set_language"),
    path("accounts/", include("apps.accounts.entrance_urls")),
    path("language/", open_to_everyone(set_language), name="set_language"),
    path("api/v1/", include((api, "api"))),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler429 = errors.too_many_requests
handler500 = errors.server_error
