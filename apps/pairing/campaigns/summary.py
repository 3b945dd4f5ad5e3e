"""小结 as an official letter in Word (`layouts/campaign.docx`): counts by office, no name of anybody. Always Chinese."""

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.files.models import StoredFile
from apps.files.storage import new_file, record_export
from apps.files.word import fill_template
from apps.pairing.campaigns.progress import CampaignFigures, figures_of
from apps.pairing.models import Campaign

TEMPLATE = Path(__file__).parents[1] / "layouts" / "campaign.docx"


@dataclass(frozen=True)
class Row:
    """A line of the table: an office, or the sum."""

    name: str
    wanted: int
    visited: int
    asked: int
    answered: int
    closed: int


@dataclass(frozen=True)
class SummaryLetter:
    """What the template prints."""

    title: str
    number: str
    paragraphs: tuple[str, ...]
    rows: tuple[Row, ...]
    signature: str
    date: str


def letter_of(campaign: Campaign, figures: CampaignFigures) -> SummaryLetter:
    whole = figures.whole
    rows = [(line.name, line.figures) for line in figures.lines]
    sums = [("合计", whole)] if len(rows) > 1 else []
    return SummaryLetter(
        title=f"{campaign.title}小结",
        number=f"编号：{campaign.number}",
        paragraphs=(
            f"{campaign.title}于{_day(campaign.starts_on)}至{_day(campaign.ends_on)}开展。目的：{campaign.purpose}",
            f"应走访{whole.wanted}家，已走访{whole.visited}家；走访中提出诉求建议{whole.asked}件，"
            f"已答复{whole.answered}件，其中办结{whole.closed}件。数据截至{_day(figures.on)}。",
            *[line for line in campaign.summary.split("\n") if line.strip()],
        ),
        rows=tuple(
            Row(name, one.wanted, one.visited, one.asked, one.answered, one.closed)
            for name, one in [*rows, *sums]
        ),
        signature=campaign.office.name,
        date=_day(figures.on),
    )


def write_summary(campaign: Campaign, *, by: User) -> StoredFile:
    """Make the file, for the one who asked for it and for a day; written down as an export."""
    letter = letter_of(campaign, figures_of(campaign))
    with new_file(
        f"走访小结-{campaign.number}.docx",
        purpose=StoredFile.Purpose.EXPORT,
        owner=by,
        office_path=campaign.office_path,
    ) as draft:
        fill_template(TEMPLATE, asdict(letter), draft.path)
    record_export(draft.stored, by=by, what=Campaign._meta.label_lower, rows=len(letter.rows))
    record(AuditEvent.Action.EXPORT, target=campaign, by=by)
    return draft.stored


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
