"""What one publication changed against the one before it. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.assessment.models import Publication


@dataclass(frozen=True)
class Change:
    office: str
    what: str
    before: str
    after: str


def changes(before: Publication, after: Publication) -> list[Change]:
    """Items, totals and grades that differ, office by office."""
    found = []
    sections = after.snapshot["scheme"]["sections"]
    for code, now in after.snapshot["offices"].items():
        then = before.snapshot["offices"][code]
        for section, old_items, new_items in zip(sections, then["items"], now["items"], strict=True):
            for indicator, old, new in zip(section["indicators"], old_items, new_items, strict=True):
                if new is not None and old["points"] != new["points"]:
                    found.append(
                        Change(now["name"], indicator["name"], old["points"] or "—", new["points"] or "—")
                    )
        for key, label in (("total", _("总分")), ("grade", _("等次"))):
            if then[key] != now[key]:
                found.append(Change(now["name"], label, then[key] or "—", now[key] or "—"))
    return found
