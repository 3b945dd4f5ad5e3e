"""Addresses of a round's pages; `assessment.urls` takes them in."""

from django.urls import path

from apps.assessment.round_views import (
    deciding,
    examining,
    grid,
    objections,
    progress,
    publications,
    statements,
)

OFFICE = "schemes/<str:code>/offices/<str:office_code>"

urlpatterns = [
    path("schemes/<str:code>/round/", progress.round_page, name="round"),
    path("schemes/<str:code>/round/step/", progress.step, name="step"),
    path("schemes/<str:code>/missing/", progress.missing, name="missing"),
    path("schemes/<str:code>/missing/remind/", progress.remind, name="remind"),
    path("schemes/<str:code>/frozen/", progress.frozen, name="frozen"),
    path("schemes/<str:code>/frozen/again/", progress.freeze_again, name="freeze_again"),
    path("schemes/<str:code>/examiners/", examining.examiners, name="examiners"),
    path("schemes/<str:code>/judging/", examining.judging_page, name="judging"),
    path("schemes/<str:code>/judging/<int:judge>/sheet/", grid.signature_sheet, name="signature_sheet"),
    path("schemes/<str:code>/grid/", grid.grid, name="grid"),
    path("schemes/<str:code>/grid/export/", grid.export, name="grid_export"),
    path("schemes/<str:code>/grid/enter/", grid.enter, name="grid_enter"),
    path("schemes/<str:code>/objections/", objections.objection_list, name="objections"),
    path("schemes/<str:code>/decision/", deciding.decision, name="decision"),
    path("schemes/<str:code>/publications/", publications.publications, name="publications"),
    path("schemes/<str:code>/publications/<int:number>/verify/", publications.verify, name="verify"),
    path("schemes/<str:code>/publications/<int:number>.json", publications.snapshot, name="snapshot"),
    path(f"{OFFICE}/statement/", statements.statement, name="statement"),
    path(f"{OFFICE}/statement/call-back/", statements.call_back, name="call_back"),
    path(f"{OFFICE}/statement/<int:indicator>/file/", statements.add_file, name="add_evidence"),
    path("evidence/<uuid:public_id>/", statements.evidence, name="evidence"),
    path("evidence/<uuid:public_id>/remove/", statements.remove_file, name="remove_evidence"),
    path(f"{OFFICE}/examine/", examining.examine, name="examine"),
    path(f"{OFFICE}/mark/<int:indicator>/", examining.mark, name="mark"),
    path(f"{OFFICE}/object/<int:indicator>/", objections.object_to, name="object"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("objections/<int:pk>/withdraw/", objections.withdraw, name="withdraw_objection"),
    path(f"{OFFICE}/decide/", deciding.decide, name="decide"),
    path(f"{OFFICE}/correct/<int:indicator>/", publications.correct, name="correct"),
]
