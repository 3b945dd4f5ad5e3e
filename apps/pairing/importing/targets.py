"""走访单位名单: each line an organization that a campaign wants visited, with the cadre and the day where it says so."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.members.importing import cells
from apps.members.importing.closing import Progress, Undone, Why, note_applied
from apps.members.importing.findings import RosterRefused
from apps.members.importing.writing import check_as_we_go
from apps.members.models import ImportBatch
from apps.pairing.campaigns.actions import enter_targets, running
from apps.pairing.importing.columns import ListColumn
from apps.pairing.importing.people import People
from apps.pairing.importing.reading import Line, lines_of
from apps.pairing.importing.trial import ListTrial, tell, trial_of
from apps.pairing.importing.undoing import begin_undo, edited, end_undo, entered, remove
from apps.pairing.importing.units import Unit, Units
from apps.pairing.models import Campaign, Target


@dataclass(frozen=True)
class Planned:
    """A target to be entered."""

    unit: Unit
    cadre: int | None
    due_on: dt.date | None


def try_targets(batch: ImportBatch, progress: Progress) -> ListTrial[Planned]:
    """What the list would enter; writes nothing. Raises RosterRefused."""
    campaign = _campaign(batch)
    lines = lines_of(batch)
    trial: ListTrial[Planned] = trial_of(batch)
    judge = _Judge(campaign, batch, lines, trial)
    for done, line in enumerate(lines):
        judge.take(line)
        tell(progress, done, len(lines))
    return trial


def _campaign(batch: ImportBatch) -> Campaign:
    campaign = Campaign.objects.select_related("office").get(pk=batch.mapping["about"])
    if campaign.is_closed:
        raise RosterRefused(_("这次走访已经结束，不能再修改。"))
    return campaign


class _Judge:
    """Decides on line after line; remembers the organizations that earlier lines bring."""

    def __init__(
        self, campaign: Campaign, batch: ImportBatch, lines: list[Line], trial: ListTrial[Planned]
    ) -> None:
        self.campaign, self.trial = campaign, trial
        self.people = People(batch.office, ())
        self.units = Units(batch.office, lines)
        known = Target.objects.filter(campaign=campaign).values_list("organization_id", flat=True)
        self.rows: dict[int, int] = dict.fromkeys(known, 0)

    def take(self, line: Line) -> None:
        unit = self.units.find(line)
        cadre = line.cell(ListColumn.CADRE, self._cadre, None)
        due_on = line.cell(ListColumn.DUE, lambda v: cells.day_or_none(v, is_1904=line.is_1904), None)
        self._check(unit, due_on, line)
        if unit is None or line.errors:
            self.trial.refuse(line)
        elif unit.pk in self.rows:
            first = self.rows[unit.pk]
            self.trial.skip(line, self.trial.repeated(first, line) if first else _("已在走访名单中"))
        else:
            self.rows[unit.pk] = line.number
            self.trial.enter(line, Planned(unit, cadre, due_on))

    def _cadre(self, value: object) -> int | None:
        return self.people.cadre(value) if cells.text_or_none(value, 50) else None

    def _check(self, unit: Unit | None, due_on: dt.date | None, line: Line) -> None:
        if unit is None and not line.errors:
            line.wrong(ListColumn.UNIT, _("请填写单位名称或统一社会信用代码"))
        if unit is not None and unit.is_ended:
            line.wrong(ListColumn.UNIT, _("这家单位已经终止"))
        if due_on and not self.campaign.starts_on <= due_on <= self.campaign.ends_on:
            line.wrong(ListColumn.DUE, _("完成期限应在走访活动的起止日期之内。"))


def enter_listed(found: ListTrial[Planned], batch: ImportBatch, by: Actor, progress: Progress) -> None:
    """Enter the targets. Inside the transaction that judged them."""
    check_as_we_go()
    rows = [
        {
            "organization_id": one.unit.pk,
            "office_id": one.unit.office_id,
            "assignee_id": one.cadre,
            "due_on": one.due_on,
        }
        for one in found.planned
    ]
    enter_targets(running(_campaign(batch)), rows, by, batch=batch.pk)
    progress(0.9)
    note_applied(batch, found.summary, by)


def undo_targets(batch: ImportBatch, by: Actor, progress: Progress) -> Undone:
    """Take the list back. Targets that were visited, given to another or set aside since stay."""
    begin_undo()
    targets = Target.objects.filter(pk__in=entered(batch, Target))
    rows = dict(targets.order_by("pk").values_list("pk", "office_path"))
    visited = targets.visited().values_list("pk", flat=True)
    left = dict.fromkeys(visited, Why.LINKED) | dict.fromkeys(edited(Target, rows), Why.EDITED)
    gone = {pk: path for pk, path in rows.items() if pk not in left}
    progress(0.5)
    remove(Target, gone)
    return end_undo(batch, by, Target, gone, left)
