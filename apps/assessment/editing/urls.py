"""Addresses of the editor, of versions and files; part of `apps.assessment.urls`."""

from django.urls import path

from apps.assessment.editing.views import beginning, items, parts, tree, trying, versions

urlpatterns = [
    path("new/", beginning.new_scheme, name="new"),
    path("schemes/<str:code>/copy/", beginning.copy_scheme, name="copy"),
    path("schemes/<str:code>/file.yaml", beginning.yaml_file, name="yaml"),
    path("schemes/<str:code>/file.xlsx", beginning.xlsx_file, name="xlsx"),
    path("schemes/<str:code>/versions/", versions.versions, name="versions"),
    path("schemes/<str:code>/versions/<int:number>/", versions.version, name="version"),
    path("schemes/<str:code>/edit/", tree.edit, name="edit"),
    path("schemes/<str:code>/edit/move/", tree.move_part, name="move_part"),
    path("schemes/<str:code>/edit/duplicate/", tree.copy_part, name="copy_part"),
    path("schemes/<str:code>/edit/remove/", tree.remove_part, name="remove_part"),
    path("schemes/<str:code>/edit/discard/", tree.discard_copy, name="discard_copy"),
    path("schemes/<str:code>/edit/delete/", tree.delete_scheme, name="delete_scheme"),
    path("schemes/<str:code>/edit/head/", parts.edit_head, name="edit_head"),
    path("schemes/<str:code>/edit/grades/", parts.edit_grades, name="edit_grades"),
    path("schemes/<str:code>/edit/groups/new/", parts.add_group, name="add_group"),
    path("schemes/<str:code>/edit/groups/<str:key>/", parts.edit_group, name="edit_group"),
    path("schemes/<str:code>/edit/sections/new/", parts.add_section, name="add_section"),
    path("schemes/<str:code>/edit/sections/<str:key>/", parts.edit_section, name="edit_section"),
    path("schemes/<str:code>/edit/sections/<str:section>/items/new/", items.add_item, name="add_item"),
    path("schemes/<str:code>/edit/items/<str:key>/", items.edit_item, name="edit_item"),
    path("schemes/<str:code>/edit/preview/", items.preview_item, name="preview_item"),
    path("schemes/<str:code>/edit/trial/", trying.trial, name="trial"),
    path("schemes/<str:code>/edit/trial/count/", trying.count_year, name="count_year"),
    path("schemes/<str:code>/edit/in-force/", versions.put_change_in_force, name="put_in_force"),
]
