from django.urls import URLPattern, URLResolver, include, path

# Each app's API plugs in here; the names are api:<basename>-list and api:<basename>-detail.
api: list[URLPattern | URLResolver] = []

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("apps.accounts.entrance_urls")),
    path("api/v1/", include((api, "api"))),
]
