"""Where pairing takes part in what happens below it. Called once, from `AppConfig.ready()`."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.casework import hooks as cases
from apps.casework import origins
from apps.core.access import Actor, Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs.kinds import Daily, Kind
from apps.jobs.kinds import register as register_job
from apps.members.bonds import cadres_come_from, pairs_come_from
from apps.members.hooks import when_contact_changes, when_going, when_withdrawing
from apps.members.merging import of_members, of_organizations
from apps.members.sections import OwnSection, show_in_own_file
from apps.notifications import calendar, digest
from apps.notifications.kinds import register as say_kinds
from apps.pairing import cases as pairing_cases
from apps.pairing import contacts, erasing, merging, nightly, own
from apps.pairing.actions.pairs import count_again, end_for_going, end_for_withdrawal
from apps.pairing.actions.visits import ORIGIN
from apps.pairing.campaigns import dates as campaign_dates
from apps.pairing.handing_over import applying, in_hand, notes, work
from apps.pairing.importing.kinds import register_lists
from apps.pairing.models import Pairing, Promise
from apps.pairing.proposing import accepting, making


def register() -> None:
    cases.when_case_opened.append(pairing_cases.count_suggestion)
    cases.when_case_closed.append(pairing_cases.count_deed)
    cases.when_case_reopened.append(pairing_cases.forget_deed)
    cases.when_case_withdrawn.append(pairing_cases.forget)
    origins.register(ORIGIN, pairing_cases.visit_as_origin)
    pairs_come_from(paired_today)
    digest.register(
        digest.Source("pairing.promises", _("到期未兑现的承诺"), promises_due, order=30),
        digest.Source("pairing.contacts", _("到期或逾期的联系"), contacts.waiting, order=10),
        digest.Source("pairing.campaigns", _("三日内到期或逾期的走访单位"), campaign_dates.waiting, order=40),
    )
    calendar.register(
        calendar.Source("pairing.contacts", _("应联系"), contacts.entries),
        calendar.Source("pairing.campaigns", _("走访单位"), campaign_dates.entries),
    )
    cadres_come_from(cadres_of_member)
    own.register()
    _register_jobs()
    work.register(*in_hand.SOURCES)
    say_kinds(applying.HANDED_OVER, applying.COVERED)
    show_in_own_file(OwnSection("pairing/_own_pairs.html", own.pairs_section, order=10))
    show_in_own_file(OwnSection("pairing/_handover_note.html", notes.own_section, order=20))
    show_in_own_file(OwnSection("pairing/_own_visits.html", own.visits_section, order=30))
    register_lists()
    erasing.register()
    when_withdrawing(end_for_withdrawal)
    when_going(end_for_going)
    when_contact_changes(count_again)
    # It ends within 30 days, and whoever accepts it for a merged member is told so.
    of_members.stays_with_duplicate("pairing.Proposal.member", "a proposal is no deed")
    of_members.when_merging("pairing", merging.LINKS, move=merging.move, restore=merging.restore)
    of_organizations.when_merging(
        "pairing",
        merging.LINKS_OF_ORGANIZATIONS,
        move=merging.move_organizations,
        restore=merging.restore_organizations,
    )
    show(
        NavItem(_("我的结对"), "pairing:mine", "pair", Permission.VISIT_LOG, Group.TODAY, 20, thumb=True),
        NavItem(
            _("记一次联系"), "pairing:log_visit", "plus", Permission.VISIT_LOG, Group.TODAY, 10, thumb=True
        ),
        NavItem(_("联系记录"), "pairing:visits", "visit", Permission.PAIRING_VIEW, Group.TODAY, 30, thumb=2),
        NavItem(_("结对名册"), "pairing:pairs", "rows", Permission.PAIRING_VIEW, Group.PEOPLE, 20),
        NavItem(_("未结对成员"), "pairing:unpaired", "person", Permission.PAIRING_MANAGE, Group.PEOPLE, 30),
        NavItem(_("五个一方案"), "pairing:plans", "plan", Permission.PAIRING_VIEW, Group.PEOPLE, 40),
        NavItem(_("大走访"), "pairing:campaigns", "leave", Permission.PAIRING_VIEW, Group.PEOPLE, 50),
    )


def _register_jobs() -> None:
    register_job(Kind(nightly.REBUILD, _("重新计算结对进度"), nightly.run, Daily(dt.time(1, 30))))
    register_job(Kind(making.PROPOSE, _("结对建议"), making.run))
    register_job(Kind(accepting.ACCEPT, _("采纳结对建议"), accepting.run))
    register_job(Kind(making.EXPIRE, _("清理结对建议"), making.expire, Daily(dt.time(2, 50))))
    register_job(Kind(notes.END, _("清理移交说明"), notes.end, Daily(dt.time(2, 55))))
    register_job(Kind(work.GIVE_BACK, _("交还代管的工作"), work.run_give_back, Daily(dt.time(0, 20))))


def promises_due(day: dt.date) -> Mapping[int, int]:
    """For each cadre, how many of their promises are due by that day or overdue."""
    due: Any = Promise.objects.open().filter(due_on__lte=day).with_keeper(day)
    return Counter(due.values_list("keeper", flat=True))


def cadres_of_member(member_id: int) -> list[int]:
    """Who is or was paired with the member, the present one first, for `members.bonds`."""
    pairs = Pairing.objects.filter(member=member_id, started_on__lte=timezone.localdate())
    return list(
        pairs.order_by(F("ended_on").desc(nulls_first=True), "-started_on").values_list("cadre", flat=True)
    )


def paired_today(actor: Actor) -> list[int]:
    """The members the actor is paired with today, for `members.bonds`."""
    pairs = Pairing.objects.active(timezone.localdate()).filter(cadre=actor.pk)
    return list(pairs.values_list("member_id", flat=True))
