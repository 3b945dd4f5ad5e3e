"""That every table about persons has a row policy, and that the whole registry is opened in few, known places."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from apps.casework.models import Case, Task
from apps.core.row_policies import policies, put_row_policies
from apps.members.models import Member
from apps.pairing.models import Pairing, Visit
from tests.database import _owner

# Tables that point to a row about a person or carry an office's path, and have no policy: why not.
NO_PERSON = "an office's own matter, says nothing of a person"
UNPROTECTED = {
    "audit_auditevent": "holds ids alone, and whoever audits is no one's office",
    "offices_closedperiod": NO_PERSON,
    "offices_closedperiodevent": NO_PERSON,
    "files_storedfile": "an owner's file; handed over by its own rule",
    "members_organization": "organizations are public bodies and firms",
    "members_organizationevent": "organizations are public bodies and firms",
    "members_organizationmerge": "organizations are public bodies and firms",
    "members_rostermemory": NO_PERSON,
    "members_importbatch": "counts and files of an upload",
    "members_rosterexport": "an order for a file",
    "members_bulkmove": "ids alone",
    "pairing_proposalrun": NO_PERSON,
    "pairing_campaign": NO_PERSON,
    "pairing_campaignevent": NO_PERSON,
    "pairing_target": NO_PERSON,
    "pairing_targetevent": NO_PERSON,
    "activities_programme": NO_PERSON,
    "activities_programmeevent": NO_PERSON,
    "activities_venue": NO_PERSON,
    "activities_venueevent": NO_PERSON,
    "activities_activity": NO_PERSON,
    "activities_activityevent": NO_PERSON,
    "assessment_surveyinvitation": "who is asked is drawn by long work; an answer is in no row of it",
    "reports_report": "record numbers and counts, never a name",
    "reports_reporttemplate": NO_PERSON,
    "reports_reporttemplateevent": NO_PERSON,
}

# Where the whole registry is opened, and how often. Each place says why; a new one needs as good a reason.
OPENED = {
    "apps/assessment/management/commands/rollup.py": 1,
    "apps/assessment/surveys/guest_page.py": 1,
    "apps/casework/moving.py": 1,
    "apps/casework/views/guests.py": 2,
    "apps/core/management/commands/rotate_keys.py": 1,
    "apps/dashboard/management/commands/demo.py": 1,
    "apps/files/management/commands/restore.py": 1,
    "apps/jobs/tasks.py": 2,
    "apps/members/actions.py": 1,
    "apps/members/hooks.py": 3,
    "apps/members/incidents.py": 1,
    "apps/members/lookalikes.py": 1,
    "apps/members/management/commands/import_members.py": 1,
    "apps/members/merges.py": 2,
    "apps/members/organization_merges.py": 2,
    "apps/members/ownfile/access.py": 1,
    "apps/members/ownfile/entrance.py": 1,
    "apps/offices/actions.py": 1,
    "apps/pairing/actions/entries.py": 2,
    "apps/pairing/rules.py": 2,
    "apps/pairing/years.py": 3,
    "apps/reports/management/commands/export_report.py": 1,
}


ABOUT_PERSONS: tuple[type[models.Model], ...] = (Member, Pairing, Visit, Case, Task)


def _about_persons(model: type[models.Model]) -> bool:
    fields = model._meta.concrete_fields
    return any(f.attname == "office_path" or f.related_model in ABOUT_PERSONS for f in fields)


def test_every_table_about_persons_is_protected_or_says_why_not() -> None:
    tables = {model._meta.db_table for model in apps.get_models() if _about_persons(model)}
    assert tables - policies().keys() == UNPROTECTED.keys()


@pytest.mark.django_db
def test_the_database_has_the_policies_that_the_code_says() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace"
        )
        standing = dict(cursor.fetchall())
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) "
            "FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False), "the application's role is bound by policies"
    assert standing == {table: policy.mark for table, policy in policies().items()}


@pytest.mark.django_db
def test_functions_of_an_earlier_version_are_dropped() -> None:
    named = "SELECT array_agg(proname::text) FROM pg_proc WHERE proname ^@ 'scope_reach'"
    with _owner(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(named)
        (standing,) = cursor.fetchone()
        cursor.execute(
            "CREATE FUNCTION scope_reaches_nothing(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'"
        )
        put_row_policies(cursor)
        cursor.execute(named)
        assert set(cursor.fetchone()[0]) == set(standing)


def _openings(path: Path) -> Iterator[str]:
    """What each place says when it opens the whole registry; "" where it says nothing."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "everything"
        ):
            why = node.args[0] if node.args else None
            yield why.value if isinstance(why, ast.Constant) and isinstance(why.value, str) else ""


def test_the_whole_registry_is_opened_in_known_places_only() -> None:
    base = settings.BASE_DIR
    found = {
        str(path.relative_to(base)): list(_openings(path))
        for folder in ("apps", "config")
        for path in sorted((base / folder).rglob("*.py"))
    }
    assert {path: len(reasons) for path, reasons in found.items() if reasons} == OPENED
    assert all(len(why) > 20 for reasons in found.values() for why in reasons)


def test_nobody_enters_the_scope_of_everything_by_its_name() -> None:
    """Else the list above would not hold."""
    base = settings.BASE_DIR / "apps"
    users = [path for path in base.rglob("*.py") if "EVERYTHING" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(base).as_posix() for path in users] == ["core/scope.py"]
