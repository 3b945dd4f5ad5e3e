"""公布: a round's results as they were decided, kept whole with their hash; a correction is a new one beside the old."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Decision, Indicator, Publication, Result, ResultItem, Scheme
from apps.assessment.numbers import plain
from apps.assessment.rounds import snapshots
from apps.assessment.rounds.bounds import bounds_of
from apps.assessment.rounds.freezing import sha256_of
from apps.assessment.rounds.snapshots import TOTALS, Place, Snapshot
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.core.refusals import Conflict, Refusal
from apps.offices.models import Office


def current_publication(scheme: Scheme) -> Publication | None:
    """The one that holds: the last correction, or the first publication."""
    return Publication.objects.filter(scheme=scheme).order_by("-number").first()


def head_of(scheme: Scheme) -> Publication | None:
    """The same without its snapshot, for pages that only name it."""
    return Publication.objects.filter(scheme=scheme).order_by("-number").defer("snapshot").first()


def publish(scheme: Scheme, *, by: User, today: dt.date) -> Publication:
    """The first publication. Part of the step to `published`, in its transaction: all of it or nothing."""
    return _keep(scheme, 1, snapshots.take(scheme), reason="", by=by, today=today)


def _keep(
    scheme: Scheme, number: int, snapshot: Snapshot, *, reason: str, by: User, today: dt.date
) -> Publication:
    kept = Publication.objects.create(
        scheme=scheme,
        number=number,
        published_on=today,
        published_by=by,
        reason=reason,
        snapshot=snapshot,
        sha256=sha256_of(snapshot),
    )
    record(AuditEvent.Action.CREATE, target=kept, by=by, number=number, sha256=kept.sha256)
    return kept


@transaction.atomic
def correct(
    scheme: Scheme, office: Office, indicator: Indicator, *, points: Decimal, reason: str, by: User
) -> Publication:
    """更正: one item's points of a published result, by a leader, with a reason. Raises Refusal, Conflict.

    The old publication stays as it is; grades of the group that follow from the points follow again.
    """
    locked = (
        Scheme.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=scheme.pk)
    )
    last = current_publication(locked)
    _check_correction(locked, last, indicator, points, reason, by)
    assert last is not None  # noqa: S101 checked just now
    place = _place(locked, office, indicator)
    if snapshots.item_at(last.snapshot, place) is None:
        raise Refusal(_("这个单位不考核这项指标"))
    fresh = snapshots.corrected(last.snapshot, place, points)
    if fresh == last.snapshot:
        raise Conflict(_("更正后的结果与现在相同"))
    # The publication first: only the transaction that adds one may change published results.
    kept = _keep(locked, last.number + 1, fresh, reason=reason, by=by, today=timezone.localdate())
    _write_results(locked, fresh)
    return kept


def _check_correction(
    scheme: Scheme, last: Publication | None, indicator: Indicator, points: Decimal, reason: str, by: User
) -> None:
    if not by.may(Permission.ASSESSMENT_DECIDE, scheme.office):
        raise Refusal(_("只有考核机构的领导可以更正已公布的结果"))
    if last is None:
        raise Conflict(_("结果还没有公布，不需要更正"))
    if not reason.strip():
        raise Refusal(_("请写明更正理由"), field="reason")
    least, most = bounds_of(indicator)
    if not least <= points <= most:
        raise Refusal(
            _("得分应在 %(least)s 到 %(most)s 之间") % {"least": plain(least), "most": plain(most)},
            field="points",
        )


def _place(scheme: Scheme, office: Office, indicator: Indicator) -> Place:
    for number, section in enumerate(scheme.sections.prefetch_related("indicators")):
        for position, each in enumerate(section.indicators.all()):
            if each.pk == indicator.pk:
                return Place(office.code, number, position)
    raise Refusal(_("这项指标不属于这份方案"))


def _write_results(scheme: Scheme, snapshot: Snapshot) -> None:
    """The results and decisions that the snapshot holds."""
    order = [list(section.indicators.all()) for section in scheme.sections.prefetch_related("indicators")]
    for result in Result.objects.filter(scheme=scheme).select_related("office"):
        said = snapshot["offices"][result.office.code]
        for name in TOTALS:
            setattr(result, name, said[name])
        result.grade = said["grade"]
        result.save()
        Decision.objects.filter(scheme=scheme, office=result.office).update(
            grade=said["grade"], computed=said["computed"]
        )
        for indicators, items in zip(order, said["items"], strict=True):
            for indicator, item in zip(indicators, items, strict=True):
                if item is None:
                    continue
                ResultItem.objects.filter(result=result, indicator=indicator).update(
                    state=item["state"], points=item["points"], evidence=item["evidence"]
                )
