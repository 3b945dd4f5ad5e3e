"""What merging does to the registry's own links: consents, posts, seats and branches move; what both hold today becomes one."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from apps.members.merging import Changed, Rehang, of_members, of_organizations
from apps.members.models import Appointment, Consent, Organization, PublicSeat
from apps.members.versions import latest_version, put_back, revive


def register() -> None:
    """Called once, from `AppConfig.ready()`."""
    _of_members()
    _of_organizations()


def _of_members() -> None:
    stays = of_members.stays_with_duplicate
    for name, link, step in (
        ("members.consents", "members.Consent.member", Rehang(Consent)),
        ("members.posts", "members.Appointment.member", Held(Appointment, ("organization_id", "title"))),
        ("members.seats", "members.PublicSeat.member", Held(PublicSeat, ("kind", "level"))),
    ):
        of_members.when_merging(name, [link], move=step.move, restore=step.restore)
    stays("members.Member.merged_into", "who looks for an earlier duplicate follows the chain")
    stays("members.MemberWords.member", "made by triggers from the name and the posts")
    for side in ("first", "second"):
        stays(f"members.DuplicateCandidate.{side}", "hidden with the duplicate, seen again after an undo")
    stays("members.TakenBack.member", "comes back, if at all, where it stood")
    stays("members.ErasureHold.member", "of somebody who left; they are no longer merged")
    stays("members.Merge.kept", "what came into the duplicate is undone after this merge")
    stays("members.Merge.duplicate", "says what was merged")


def _of_organizations() -> None:
    for name, link, step in (
        (
            "members.posts",
            "members.Appointment.organization",
            Held(Appointment, ("member_id", "title"), at="organization"),
        ),
        ("members.branches", "members.Organization.parent", Rehang(Organization, "parent")),
        # So that a name leads to the one that stands in one step, however often there was merging.
        ("members.names", "members.Organization.merged_into", Rehang(Organization, "merged_into")),
    ):
        of_organizations.when_merging(name, [link], move=step.move, restore=step.restore)
    stays = of_organizations.stays_with_duplicate
    for side in ("first", "second"):
        stays(f"members.DifferentOrganizations.{side}", "about the entry that was looked at")
    stays("members.OrganizationMerge.kept", "what came into the duplicate is undone after this merge")
    stays("members.OrganizationMerge.duplicate", "says what was merged")


@dataclass(frozen=True)
class Held:
    """The step for what is held from/to, by tracked rows: one that both hold today (same `key`) becomes one.

    `at`: the link that leads to what is merged.
    """

    model: Any
    key: tuple[str, ...]
    at: str = "member"

    def move(self, duplicate: models.Model, kept: models.Model) -> Changed:
        held = {self._key(row): row for row in self.model.objects.filter(**{self.at: kept}, ends_on=None)}
        changed: dict[str, list[Any]] = {"moved": [], "removed": [], "begun_earlier": []}
        for row in self.model.objects.filter(**{self.at: duplicate}).order_by("pk"):
            same = held.get(self._key(row)) if row.ends_on is None else None
            if same is None:
                changed["moved"].append(row.pk)
                continue
            changed["removed"].append(latest_version(row))
            row.delete()
            if row.starts_on and (same.starts_on is None or row.starts_on < same.starts_on):
                changed["begun_earlier"].append(_begin(same, row.starts_on))
        self.model.objects.filter(pk__in=changed["moved"]).update(**{self.at: kept})
        return changed

    def restore(self, duplicate: models.Model, kept: models.Model, changed: Changed) -> None:
        moved = self.model.objects.filter(pk__in=changed["moved"], **{self.at: kept})
        moved.update(**{self.at: duplicate})
        for event in changed["removed"]:
            revive(self.model, event)
        for pk, before, after in changed["begun_earlier"]:
            row = self.model.objects.filter(pk=pk, **{self.at: kept}).first()
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
