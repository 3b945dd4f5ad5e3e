from django.urls import path, register_converter
from django.urls.converters import IntConverter

from apps.pairing import own
from apps.pairing.views import (
    beside,
    campaign_targets,
    campaigns,
    coverage,
    entering,
    handover,
    imports,
    outbox,
    pairs,
    plans,
    proposals,
    rows,
    visits,
)

app_name = "pairing"


class YearConverter(IntConverter):
    """A year of our times."""

    regex = "20[0-9]{2}"


register_converter(YearConverter, "year")

urlpatterns = [
    path("mine/", pairs.mine, name="mine"),
    path("my/cadre/", own.another_cadre, name="own_another_cadre"),
    path("visits/", visits.index, name="visits"),
    path("visits/new/", entering.log, name="log_visit"),
    path("visits/names/<slug:field>/", entering.names, name="visit_names"),
    path("visits/week/", rows.week, name="week"),
    path("visits/paper/", rows.paper, name="paper"),
    path("visits/paper/print/", rows.paper_print, name="paper_print"),
    path("visits/offline/", outbox.offline, name="offline"),
    path("visits/offline/people/", outbox.people, name="offline_people"),
    path("visits/outbox/", outbox.outbox, name="outbox"),
    path("visits/outbox/token/", outbox.token, name="outbox_token"),
    path("visits/<uuid:public_id>/", visits.detail, name="visit"),
    path("visits/<uuid:public_id>/edit/", entering.edit, name="edit_visit"),
    path("visits/<uuid:public_id>/void/", visits.void, name="void_visit"),
    path("promises/<uuid:public_id>/kept/", beside.kept, name="keep_promise"),
    path("first-week/", beside.first_week, name="first_week"),
    path("deputies/", beside.deputies, name="deputies"),
    path("deputies/<int:number>/end/", beside.end_deputy, name="end_deputy"),
    path("pairs/import/", imports.pairs, name="import_pairs"),
    path("pairs/import/template/", imports.pairs_template, name="import_pairs_template"),
    path("visits/import/", imports.visits, name="import_visits"),
    path("visits/import/template/", imports.visits_template, name="import_visits_template"),
    path("pairs/", pairs.index, name="pairs"),
    path("pairs/unpaired/", pairs.unpaired, name="unpaired"),
    path("pairs/proposals/", proposals.index, name="proposals"),
    path("pairs/proposals/<uuid:public_id>/", proposals.detail, name="proposal"),
    path("pairs/coverage/", coverage.coverage, name="coverage"),
    path("pairs/handover/", handover.hand, name="hand_over"),
    path("pairs/handover/planned/<int:number>/off/", handover.call_off, name="call_off"),
    path("pairs/start/<uuid:member_id>/", pairs.start, name="start"),
    path("pairs/<uuid:public_id>/", pairs.detail, name="pair"),
    path("pairs/<uuid:public_id>/end/", pairs.end, name="end"),
    path("campaigns/", campaigns.index, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="new_campaign"),
    path("campaigns/import/template/", imports.targets_template, name="import_targets_template"),
    path("campaigns/targets/<uuid:public_id>/aside/", campaign_targets.aside, name="target_aside"),
    path("campaigns/<uuid:public_id>/", campaigns.detail, name="campaign"),
    path("campaigns/<uuid:public_id>/edit/", campaigns.edit, name="edit_campaign"),
    path("campaigns/<uuid:public_id>/pick/", campaign_targets.pick, name="campaign_pick"),
    path("campaigns/<uuid:public_id>/import/", campaign_targets.bring, name="campaign_import"),
    path("campaigns/<uuid:public_id>/assign/", campaign_targets.give, name="campaign_assign"),
    path("campaigns/<uuid:public_id>/drop/", campaign_targets.drop, name="campaign_drop"),
    path("campaigns/<uuid:public_id>/summary/", campaigns.summary, name="campaign_summary"),
    path("campaigns/<uuid:public_id>/summary/word/", campaigns.summary_file, name="campaign_word"),
    path("campaigns/<uuid:public_id>/close/", campaigns.close, name="close_campaign"),
    path("plans/", plans.index, name="plans"),
    path("plans/<slug:code>/<year:year>/", plans.edit, name="plan"),
]
