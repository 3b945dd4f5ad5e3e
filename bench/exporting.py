"""G5: the export of 100,000 members to xlsx, against COPY to csv of the same rows and columns; and its extra memory."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.files.bulk import Table, write_table
from apps.files.sheets import Column
from apps.members.listing import ListState
from apps.members.models import ASSOCIATION_KINDS, RosterExport
from apps.members.naming import Naming
from apps.members.roster_files import RosterRows, make_file
from apps.offices.models import Office
from bench.browser import Unexpected
from bench.cast import busiest_town, user_with
from bench.growing import MEMBERS, MEMBERS_OF_A_TRIAL, grow
from bench.measuring import Figure, Kind, Settings, raw_connection, times

COLUMNS = (
    "name",
    "number",
    "categories",
    "post",
    "associations",
    "gender",
    "birth_month",
    "office",
    "contact_preference",
    "last_contact_on",
    "status",
    "status_since",
)

_PLAIN = """
COPY (
    SELECT m.name, 'C' || lpad(m.id::text, 7, '0'), array_to_string(m.categories, '、'), post.employers, post.associations, m.gender,
        to_char(m.birth_month, 'YYYY-MM'), o.name, m.contact_preference, m.last_contact_on, m.status, m.status_since
    FROM members_member m JOIN offices_office o ON o.id = m.office_id
    LEFT JOIN (
        SELECT a.member_id,
            string_agg(organization.name || ' ' || a.title, '；') FILTER (WHERE organization.kind <> ALL('{kinds}')) AS employers,
            string_agg(organization.name, '、') FILTER (WHERE organization.kind = ANY('{kinds}')) AS associations
        FROM members_appointment a JOIN members_organization organization ON organization.id = a.organization_id
        WHERE a.ends_on IS NULL GROUP BY a.member_id
    ) post ON post.member_id = m.id
    WHERE m.office_path >= '{low}' AND m.office_path < '{high}' AND m.status NOT IN ('withdrawn', 'merged', 'pending')
    ORDER BY m.pinyin, m.id
) TO STDOUT WITH (FORMAT csv)
"""


def measure(settings: Settings) -> list[Figure]:
    """The whole tree, 12 columns, as the keeper of the topmost office."""
    grow(MEMBERS if settings.seconds >= 1 else MEMBERS_OF_A_TRIAL)
    top = Office.objects.get(path=busiest_town().path[: Office.steplen])
    keeper = user_with(RoleName.OFFICE_ADMIN, top)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "members.xlsx"
        plain = _plain(Path(folder) / "members.csv", top)
        with extra_memory() as extra:
            written = _write(keeper, out)
        members = _expect_the_same(written, plain())
        ours, copy = times(lambda: _write(keeper, out), plain, settings.rounds)
        whole, _copy = times(lambda: _whole_job(keeper, top, members), plain, 1)
    said = f"{ours:.2f} s", f"COPY {copy:.2f} s"
    work = f"export of {members:,} members to xlsx, 12 columns"
    detail = f"Counting {members:,} persons, an audit row for each and the file's own record make the whole job {whole:.1f} s."
    return [
        Figure("G5", work, Kind.AT_MOST, round(ours / copy, 1), 9, 6, *said, unit="×", details=(detail,)),
        Figure(
            "G5",
            "its extra memory",
            Kind.AT_MOST,
            round(extra()),
            100,
            40,
            f"{extra():.0f} MB",
            "",
            unit="MB",
        ),
    ]


def _write(keeper: User, out: Path) -> int:
    """What the job does to make the file, from the list's state."""
    state = ListState(columns=COLUMNS)
    rows = RosterRows(state.members(keeper), state.chosen, Naming.of(keeper))
    table = Table("成员名单", [Column(str(c.label)) for c in state.chosen], rows.shown(), "测评")
    with transaction.atomic():
        return write_table(out, table, lambda count: [("人数", str(count))])


def _plain(out: Path, top: Office) -> Callable[[], int]:
    """COPY to a file, over a connection that stays open; gives the number of rows."""
    raw = raw_connection()
    kinds = "{" + ",".join(map(str, ASSOCIATION_KINDS)) + "}"
    statement = _PLAIN.format(kinds=kinds, low=top.range.low, high=top.range.high)

    def copy() -> int:
        with raw.cursor() as cursor, out.open("wb") as file:
            cursor.copy_expert(statement, file)
            return int(cursor.rowcount)

    return copy


def _expect_the_same(ours: int, plain: int) -> int:
    if ours != plain:
        raise Unexpected(f"The export has {ours} rows, COPY {plain}.")
    return ours


def _whole_job(keeper: User, top: Office, members: int) -> None:
    """As after a second person agreed."""
    second = user_with(RoleName.LEADER, top)
    export = RosterExport.objects.create(
        asker=keeper,
        office=top,
        stage=RosterExport.Stage.STARTED,
        listing=ListState(columns=COLUMNS).as_json(keeper),
        file_format=RosterExport.Format.XLSX,
        purpose="check",
        persons=members,
        decided_by=second,
        decided_at=timezone.now(),
    )
    make_file(export)


@contextmanager
def extra_memory() -> Iterator[Callable[[], float]]:
    """Gives a function that says, after the block, by how many MB the process grew at its highest."""
    grown = 0.0
    # 5: forget the highest so far (proc(5)).
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    yield lambda: grown
    grown = _status("VmHWM") - before


def _status(name: str) -> float:
    lines: dict[str, Any] = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines()
    )
    return int(lines[name].split()[0]) / 1024
