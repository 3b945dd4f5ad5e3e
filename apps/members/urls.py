from django.urls import include, path

from apps.members.views import columns, consents, exports, lists, people, roster_papers, rosters

app_name = "members"
urlpatterns = [
    path("", lists.members, name="list"),
    path("new/", people.new_member, name="new"),
    path("consent-text/", consents.consent_text, name="consent_text"),
    path("import/", rosters.upload, name="import"),
    path("imports/", rosters.import_list, name="imports"),
    path("import/template/", roster_papers.template, name="import_template"),
    path("import/<int:pk>/", rosters.import_batch, name="import_batch"),
    path("import/<int:pk>/columns/", columns.import_mapping, name="import_mapping"),
    path("import/<int:pk>/try/", rosters.import_try, name="import_try"),
    path("import/<int:pk>/apply/", rosters.apply_import, name="apply_import"),
    path("import/<int:pk>/undo/", rosters.undo_import, name="undo_import"),
    path("import/<int:pk>/evidence/", roster_papers.evidence, name="import_evidence"),
    path("export/", exports.export_members, name="export"),
    path("print/", exports.print_members, name="print"),
    path("exports/", exports.my_exports, name="exports"),
    path("exports/requests/", exports.export_requests, name="export_requests"),
    path("exports/<uuid:public_id>/answer/", exports.answer_export, name="answer_export"),
    path("exports/<uuid:public_id>/start/", exports.start_export, name="start_export"),
    path("<uuid:public_id>/", people.member, name="detail"),
    path("<uuid:public_id>/open/", people.open_member, name="open"),
    path("<uuid:public_id>/phone/", people.reveal_phone, name="reveal_phone"),
    path("<uuid:public_id>/edit/", people.edit_member, name="edit"),
    path("<uuid:public_id>/confirm/", consents.confirm, name="confirm"),
    path("<uuid:public_id>/withdraw/", consents.withdraw, name="withdraw"),
    path("<uuid:public_id>/contact/", consents.contact, name="contact"),
    path("", include("apps.members.keeping_urls")),
]
