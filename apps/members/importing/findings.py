"""What came of a roster: in numbers, rows and columns. Messages never repeat a cell: they are kept and logged."""

from dataclasses import asdict, dataclass, field
from typing import Any

from apps.core.refusals import Refusal


class RosterRefused(Refusal):
    """The file as a whole cannot be read as a roster; nothing was written."""

    code = "no_roster"


class BadCell(ValueError):
    """A cell cannot be taken over; the message is fit to show and does not repeat the cell."""


@dataclass(frozen=True)
class Finding:
    """Something about one row. `row` is the row number that the spreadsheet shows, `column` the heading."""

    row: int
    column: str
    message: str


@dataclass
class Summary:
    """The result of a dry run or of an import."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    errors: list[Finding] = field(default_factory=list)
    skips: list[Finding] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    applied: bool = False
    active: int = 0

    @property
    def skips_by_reason(self) -> list[tuple[str, list[int]]]:
        """The reasons why rows were skipped, the commonest first, each with its rows."""
        found: dict[str, list[int]] = {}
        for finding in self.skips:
            found.setdefault(finding.message, []).append(finding.row)
        return sorted(found.items(), key=lambda item: -len(item[1]))

    @property
    def skipped(self) -> int:
        return len(self.skips)

    def as_json(self) -> dict[str, Any]:
        """The form that the command prints (design §4)."""
        return {
            "rows": self.rows,
            "new": self.new,
            "updated": self.updated,
            "skipped": self.skipped,
            "errors": [asdict(finding) for finding in self.errors],
        }

    def to_store(self) -> dict[str, Any]:
        """The form kept with the batch: everything."""
        return {
            **self.as_json(),
            "skips": [asdict(finding) for finding in self.skips],
            "left_out": list(self.left_out),
            "active": self.active,
        }

    @classmethod
    def from_store(cls, stored: dict[str, Any], *, applied: bool) -> "Summary":
        return cls(
            rows=stored["rows"],
            new=stored["new"],
            updated=stored["updated"],
            errors=[Finding(**finding) for finding in stored["errors"]],
            skips=[Finding(**finding) for finding in stored["skips"]],
            left_out=tuple(stored["left_out"]),
            active=stored["active"],
            applied=applied,
        )
