from django.urls import path, register_converter
from django.urls.converters import IntConverter

from apps.pairing.views import pairs, plans, proposals, visits

app_name = "pairing"


class YearConverter(IntConverter):
    """A year of our times."""

    regex = "20[0-9]{2}"


register_converter(YearConverter, "year")

urlpatterns = [
    path("mine/", pairs.mine, name="mine"),
    path("visits/", visits.index, name="visits"),
    path("visits/new/", visits.log, name="log_visit"),
    path("visits/<uuid:public_id>/", visits.detail, name="visit"),
    path("visits/<uuid:public_id>/edit/", visits.edit, name="edit_visit"),
    path("visits/<uuid:public_id>/void/", visits.void, name="void_visit"),
    path("pairs/", pairs.index, name="pairs"),
    path("pairs/unpaired/", pairs.unpaired, name="unpaired"),
    path("pairs/proposals/", proposals.index, name="proposals"),
    path("pairs/proposals/<uuid:public_id>/", proposals.detail, name="proposal"),
    path("pairs/start/<uuid:member_id>/", pairs.start, name="start"),
    path("pairs/<uuid:public_id>/", pairs.detail, name="pair"),
    path("pairs/<uuid:public_id>/end/", pairs.end, name="end"),
    path("plans/", plans.index, name="plans"),
    path("plans/<slug:code>/<year:year>/", plans.edit, name="plan"),
]
