"""Why and for which days pairs are handed over. Pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.pairing.due import FIRST_WITHIN
from apps.pairing.findings import Finding
from apps.pairing.models import Pairing

# How far ahead a hand-over or a cover may be planned, and the longest cover.
PLANNED_WITHIN = dt.timedelta(days=60)
LONGEST_COVER = dt.timedelta(days=366)


class Why(models.TextChoices):
    LEFT = "left", _("调离或离职")
    SHARED_OUT = "shared_out", _("工作调整，移交部分或全部结对")
    AWAY = "away", _("休假、学习等暂时离开（代管，到期自动交还）")


@dataclass(frozen=True)
class Terms:
    """`last_on`: the last day of the cadre who hands over; the successor begins the next day. `until`: the last day
    of a cover, None where the pair does not come back."""

    why: str
    last_on: dt.date
    until: dt.date | None = None

    @property
    def first_on(self) -> dt.date:
        return self.last_on + dt.timedelta(days=1)

    def granted_on(self, today: dt.date) -> dt.date:
        """The day on which the successor must hold a grant: their first, or today where that lies behind us."""
        return max(self.first_on, today)

    @property
    def end_reason(self) -> str:
        left = self.why == Why.LEFT
        return str(Pairing.EndReason.CADRE_LEFT if left else Pairing.EndReason.HAND_OVER)

    @property
    def first_contact_by(self) -> dt.date | None:
        """Equal for all: within 30 days. A cover that is shorter starts no clock."""
        day = self.first_on + FIRST_WITHIN
        return None if self.until is not None and self.until < day else day

    @property
    def note_ends_on(self) -> dt.date:
        """The day on which the hand-over is over."""
        return self.until or self.first_on + FIRST_WITHIN

    def findings(self, today: dt.date) -> Iterator[Finding]:
        if self.last_on > today + PLANNED_WITHIN:
            yield Finding("too_late", "last_on", _("最多提前 60 天安排，请改日期。"))
        if self.why != Why.AWAY:
            return
        if self.until is None:
            yield Finding("required", "until", _("请填写代管到哪一天。"))
        elif self.until < self.first_on:
            yield Finding("too_early", "until", _("代管的最后一天不能早于第一天。"))
        elif self.until - self.first_on > LONGEST_COVER:
            yield Finding("too_long", "until", _("代管最长一年；时间更长请办理移交。"))
