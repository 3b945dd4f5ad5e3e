"""Loading and clearing the demo. Everything in it is invented but the offices' names."""

import datetime as dt
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from apps.accounts.models import Grant, User
from apps.assessment.models import Assessed, Decision, Group, Indicator, Result, ResultItem, Scheme, Section
from apps.audit.models import AuditEvent
from apps.core.database_roles import append_only_models
from apps.dashboard.demo import people
from apps.dashboard.demo.assessing import load_assessments
from apps.dashboard.demo.campaigns import load_campaign
from apps.dashboard.demo.cases import show_every_state
from apps.dashboard.demo.deeds import Deeds
from apps.dashboard.demo.last_year import publish_last_year
from apps.dashboard.demo.organizations import Organizations
from apps.dashboard.demo.scale import SCALES, Scale, load_tree, towns_of
from apps.jobs.models import Job
from apps.members.importing.writing import check_as_we_go
from apps.members.models.finding import MemberWords
from apps.offices.models import ClosedPeriod, Office
from apps.pairing.rebuild import rebuild_all

# The row of this piece of work says that the demo is there, and how large it is.
DEMO_KEY = "demo"
SEED = 20260101
OWN_APPS = {
    "members",
    "casework",
    "pairing",
    "activities",
    "assessment",
    "reports",
    "files",
    "jobs",
    "notifications",
}


class DemoRefused(Exception):
    """The demo cannot be loaded or cleared; the message is fit to show to the user."""


def demo_is_loaded() -> bool:
    return Job.objects.filter(key=DEMO_KEY).exists()


@transaction.atomic
def load_demo(scale_name: str, today: dt.date, say: Callable[[str], None] = lambda _text: None) -> None:
    """Fill an empty database. The same scale and day give the same demo, but for ids, keys and passwords.

    Raises DemoRefused where there are offices already: the demo is never mixed with real records.
    """
    if Office.objects.exists():
        raise DemoRefused("系统中已有机构，演示数据只能载入空的系统。")
    check_as_we_go()
    with pgtrigger.ignore(*history_triggers()):
        users = _fill(SCALES[scale_name], today, say)
    say("年度进度")
    rebuild_all(today.year)
    if SCALES[scale_name].has_last_year:
        say("上一年的考核")
        rebuild_all(today.year - 1)
        publish_last_year(users, today)
    say("考核汇总")
    load_assessments(users, today)
    Job.objects.create(
        kind="demo", key=DEMO_KEY, state=Job.State.DONE, progress=100, params={"scale": scale_name}
    )


def history_triggers() -> list[str]:
    """The triggers that keep history of new rows: the demo's past is no history of edits."""
    return [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.name == "insert_insert"
    ]


def _fill(scale: Scale, today: dt.date, say: Callable[[str], None]) -> dict[str, User]:
    random = Random(SEED)  # noqa: S311 - not for secrets
    say("机构")
    offices = load_tree(scale, random)
    towns = towns_of(offices, scale)
    users = people.load_accounts(offices)
    cadres = people.load_cadres(scale, towns, users["cadre"], random)
    organizations = Organizations(offices, towns, today)
    organizations.load(random)
    say("成员")
    members = people.load_members(scale, towns, today, random)
    organizations.appoint(members)
    say("结对和联系")
    deeds = Deeds(scale, today, random, today.year)
    pairs = deeds.pairs(members, cadres)
    _do(deeds, offices, pairs, cadres)
    if scale.has_last_year:
        before = Random(SEED - 1)  # noqa: S311 - not for secrets
        _do(Deeds(scale, today, before, today.year - 1), offices, pairs, cadres)
    show_every_state(users, today)
    load_campaign(users, today)
    return users


def _do(
    deeds: Deeds, offices: list[Office], pairs: list[dict[str, Any]], cadres: list[tuple[int, Office]]
) -> None:
    """A year's work of these pairs."""
    deeds.plan(offices[0])
    deeds.contacts(pairs, cadres)
    deeds.activities(offices, pairs)
    deeds.write()


@transaction.atomic
def clear_demo(by: User | None) -> None:
    """Remove every record of the demo; the office tree stays, and so do accounts that the audit log names, disabled.

    What is only ever added to cannot go by this role's hand: the example schemes stay with their versions, archived, to be
    copied; so does what was published in the demo. It speaks of offices alone. The account of `by` stays usable, so that somebody can go on. Raises DemoRefused where no demo was loaded.
    """
    if not demo_is_loaded():
        raise DemoRefused("没有载入演示数据。")
    keep: set[type[Model]] = {
        User,
        Grant,
        Office,
        AuditEvent,
        Scheme,
        Group,
        Assessed,
        Section,
        Indicator,
        *append_only_models(),
    }
    with connection.cursor() as cursor:
        # Consents go before their members: checked when both are gone.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in _children_first(
            m
            for m in apps.get_models(include_auto_created=True)
            if m._meta.app_label in OWN_APPS and m not in keep
        ):
            stays = _not_held_by(keep, model) + _SETTLED.get(model, "")
            cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE true{stays}')  # noqa: S608 - names from our own models
        ClosedPeriod.objects.all().delete()
        # Written anew by a trigger when the posts went.
        MemberWords.objects.all().delete()
    Scheme.objects.exclude(state=Scheme.State.DRAFT).update(state=Scheme.State.ARCHIVED)
    others = User.objects.exclude(pk=by.pk if by else None)
    Grant.objects.filter(user__in=others).delete()
    others.exclude(pk__in=AuditEvent.objects.exclude(actor=None).values("actor")).delete()
    others.update(is_active=False)


# Published results do not change, by a trigger of theirs; like publications they speak of offices alone.
_PUBLISHED = "(SELECT id FROM assessment_scheme WHERE state IN ('published', 'archived'))"
_SETTLED: dict[type[Model], str] = {
    Result: f" AND scheme_id NOT IN {_PUBLISHED}",
    Decision: f" AND scheme_id NOT IN {_PUBLISHED}",
    ResultItem: f" AND result_id NOT IN (SELECT id FROM assessment_result WHERE scheme_id IN {_PUBLISHED})",  # noqa: S608 - words of our own
}


def _not_held_by(keep: Iterable[type[Model]], model: type[Model]) -> str:
    """For rows that something which stays points at."""
    return "".join(
        f' AND id NOT IN (SELECT "{field.column}" FROM "{each._meta.db_table}" WHERE "{field.column}" IS NOT NULL)'  # noqa: S608 - names from our own models
        for each in keep
        for field in each._meta.concrete_fields
        if field.related_model is model
    )


def _children_first(models: Iterable[type[Model]]) -> list[type[Model]]:
    """Models in an order in which their rows can be deleted: whoever points at another comes first."""
    left, ordered = set(models), []
    while left:
        pointed_at = {
            f.related_model
            for m in left
            for f in m._meta.concrete_fields
            if f.is_relation and f.related_model is not m
        }
        free = (
            sorted(left - pointed_at, key=lambda m: m._meta.label)
            or sorted(left, key=lambda m: m._meta.label)[:1]
        )
        ordered += free
        left -= set(free)
    return ordered
