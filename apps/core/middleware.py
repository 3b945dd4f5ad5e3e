"""What every answer carries, whoever made it."""

from collections.abc import Callable, MutableMapping

from django.http import HttpRequest, HttpResponse

# The product needs no sensor: no place, no camera, no microphone (design §1: no GPS, no photo of a visit).
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

Handler = Callable[[HttpRequest], HttpResponse]


def careful_file(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """For whitenoise, which answers for static files above all other middleware."""
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"


def careful_answers(get_response: Handler) -> Handler:
    """No sensors, no embedding elsewhere, and no copy of a signed-in page in any cache (ASVS 14.3.2)."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if "Cache-Control" not in response.headers or (user is not None and user.is_authenticated):
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer
