from django.urls import URLPattern, URLResolver, include, path

from apps.core import errors
from apps.core.health import livez, readyz
from apps.core.links import open_link
from apps.core.schema import SchemaView

# Each app's API plugs in here; the names are api:<basename>-list and api:<basename>-detail.
api: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("", include("apps.offices.api.urls")),
    path("", include("apps.members.api.urls")),
    path("", include("apps.jobs.api.urls")),
    path("", include("apps.pairing.api.urls")),
    path("", include("apps.casework.api.urls")),
    path("", include("apps.activities.api.urls")),
    path("", include("apps.assessment.api.urls")),
    path("", include("apps.reports.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("l/<str:secret>/", open_link, name="open_link"),
    path("accounts/", include("apps.accounts.entrance_urls")),
    path("accounts/", include("apps.accounts.urls")),
    path("members/", include("apps.members.urls")),
    path("organizations/", include("apps.members.organization_urls")),
    path("my/", include("apps.members.ownfile.urls")),
    path("", include("apps.pairing.urls")),
    path("", include("apps.casework.urls")),
    path("reports/", include("apps.reports.urls")),
    path("inbox/", include("apps.notifications.urls")),
    path("jobs/", include("apps.jobs.urls")),
    path("files/", include("apps.files.urls")),
    path("audit/", include("apps.audit.urls")),
    path("offices/", include("apps.offices.urls")),
    path("", include("apps.activities.urls")),
    path("assessment/", include("apps.assessment.urls")),
    path("", include("apps.dashboard.urls")),
    path("api/v1/", include((api, "api"))),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler429 = errors.too_many_requests
handler500 = errors.server_error
