"""What merging does to the registry's own links: consents, posts and seats move; what both hold today becomes one."""

from dataclasses import dataclass
from typing import Any

from apps.members.merging import Changed, Rehang, stays_with_duplicate, when_merging
from apps.members.models import Appointment, Consent, Member, PublicSeat
from apps.members.versions import latest_version, put_back, revive


def register() -> None:
    """Called once, from `AppConfig.ready()`."""
    for name, link, step in (
        ("members.consents", "members.Consent.member", Rehang(Consent)),
        ("members.posts", "members.Appointment.member", Held(Appointment, ("organization_id", "title"))),
        ("members.seats", "members.PublicSeat.member", Held(PublicSeat, ("kind", "level"))),
    ):
        when_merging(name, [link], move=step.move, restore=step.restore)
    stays_with_duplicate("members.Member.merged_into", "who looks for an earlier duplicate follows the chain")
    stays_with_duplicate("members.MemberWords.member", "made by triggers from the name and the posts")
    for side in ("first", "second"):
        stays_with_duplicate(
            f"members.DuplicateCandidate.{side}", "hidden with the duplicate, seen again after an undo"
        )
    stays_with_duplicate("members.ErasureHold.member", "of somebody who left; they are no longer merged")
    stays_with_duplicate("members.Merge.kept", "what came into the duplicate is undone after this merge")
    stays_with_duplicate("members.Merge.duplicate", "says what was merged")


@dataclass(frozen=True)
class Held:
    """The step for what is held from/to, by tracked rows: one that both hold today (same `key`) becomes one."""

    model: Any
    key: tuple[str, ...]

    def move(self, duplicate: Member, kept: Member) -> Changed:
        held = {self._key(row): row for row in self.model.objects.filter(member=kept, ends_on=None)}
        changed: dict[str, list[Any]] = {"moved": [], "removed": [], "begun_earlier": []}
        for row in self.model.objects.filter(member=duplicate).order_by("pk"):
            same = held.get(self._key(row)) if row.ends_on is None else None
            if same is None:
                changed["moved"].append(row.pk)
                continue
            changed["removed"].append(latest_version(row))
            row.delete()
            if row.starts_on and (same.starts_on is None or row.starts_on < same.starts_on):
                changed["begun_earlier"].append(_begin(same, row.starts_on))
        self.model.objects.filter(pk__in=changed["moved"]).update(member=kept)
        return changed

    def restore(self, duplicate: Member, kept: Member, changed: Changed) -> None:
        self.model.objects.filter(pk__in=changed["moved"], member=kept).update(member=duplicate)
        for event in changed["removed"]:
            revive(self.model, event)
        for pk, before, after in changed["begun_earlier"]:
            row = self.model.objects.filter(pk=pk, member=kept).first()
            if row is not None and latest_version(row) == after:
                put_back(row, before)

    def _key(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.key)


def _begin(row: Any, day: Any) -> list[int]:
    """Let the row begin on that day; gives its id and its history before and after."""
    before = latest_version(row)
    row.starts_on = day
    row.save(update_fields=["starts_on"])
    return [row.pk, before, latest_version(row)]
