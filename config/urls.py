from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from apps.core import errors
from apps.core.access import open_to_everyone

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", open_to_everyone(set_language), name="set_language"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler429 = errors.too_many_requests
handler500 = errors.server_error
