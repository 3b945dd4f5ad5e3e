"""The sample roster, read as it is."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.audit.models import AuditEvent
from apps.core.access import SYSTEM
from apps.files.models import StoredFile
from apps.members.importing.findings import Summary
from apps.members.importing.running import import_roster, try_roster
from apps.members.importing.sheet import Upload
from apps.members.models import Appointment, Category, Consent, Member, OrganizationKind
from apps.offices.models import Office, OfficeKind

SAMPLE = Path(__file__).parents[2] / "fixtures" / "roster_sample.xlsx"
TOWNS = "济川街道 延令街道 姚王街道 黄桥镇 分界镇 古溪镇 元竹镇 珊瑚镇 广陵镇 曲霞镇 张桥镇 河失镇 新街镇 宣堡镇 滨江镇 虹桥镇 根思乡 市农科所 城东高新技术产业园 农产品加工园"


@pytest.fixture
def taixing(db: None) -> Office:
    city = Office.objects.add_root(create_kwargs={"code": "3212", "name": "泰州市", "kind": OfficeKind.CITY})
    county = Office.objects.add_child(
        city, create_kwargs={"code": "321283", "name": "泰兴市", "kind": OfficeKind.COUNTY}
    )
    for number, name in enumerate(TOWNS.split()):
        Office.objects.add_child(
            Office.objects.get(pk=county.pk),
            create_kwargs={"code": f"321283{number:03}", "name": name, "kind": OfficeKind.TOWN},
        )
    return Office.objects.get(pk=county.pk)


@pytest.fixture
def sample() -> Upload:
    with SAMPLE.open("rb") as file:
        return Upload.read(SAMPLE.name, file)


@pytest.fixture
def scan(db: None) -> StoredFile:
    return StoredFile.objects.create(
        purpose=StoredFile.Purpose.EVIDENCE,
        name="sheet.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
    )


def test_dry_run_counts_and_writes_nothing(taixing: Office, sample: Upload) -> None:
    found = try_roster(upload=sample, office=taixing, with_evidence=False).as_json()
    assert {key: found[key] for key in ("rows", "new", "updated", "skipped")} == {
        "rows": 66,
        "new": 60,
        "updated": 0,
        "skipped": 2,
    }
    assert [(e["row"], e["column"]) for e in found["errors"]] == [
        (64, "姓名"),
        (66, "所在乡镇（街道）"),
        (67, "出生年月"),
        (68, "联系电话"),
    ]
    assert not Member.objects.exists()


def test_with_evidence_everybody_is_active(taixing: Office, sample: Upload, scan: StoredFile) -> None:
    summary = Summary.from_store(
        import_roster(upload=sample, office=taixing, evidence=scan, by=SYSTEM).summary, applied=True
    )
    assert (summary.new, summary.active, summary.skipped, len(summary.errors)) == (60, 60, 2, 4)
    assert Member.objects.active().count() == 60
    assert Consent.objects.filter(evidence=scan).count() == 60
    connection.check_constraints()


def test_without_evidence_nobody_is_active(taixing: Office, sample: Upload) -> None:
    import_roster(upload=sample, office=taixing, evidence=None, by=SYSTEM)
    assert Member.objects.filter(status=Member.Status.PENDING).count() == 60
    assert not Consent.objects.exists()


def test_the_same_file_twice_adds_nobody(taixing: Office, sample: Upload) -> None:
    import_roster(upload=sample, office=taixing, evidence=None, by=SYSTEM)
    before = list(Member.objects.order_by("pk").values_list("pk", "version"))
    batch = import_roster(upload=sample, office=taixing, evidence=None, by=SYSTEM)
    again = Summary.from_store(batch.summary, applied=True)
    assert (again.new, again.updated, again.skipped, len(again.errors)) == (0, 0, 62, 4)
    assert list(Member.objects.order_by("pk").values_list("pk", "version")) == before


def test_evidence_that_comes_later_makes_rows_active(
    taixing: Office, sample: Upload, scan: StoredFile
) -> None:
    import_roster(upload=sample, office=taixing, evidence=None, by=SYSTEM)
    batch = import_roster(upload=sample, office=taixing, evidence=scan, by=SYSTEM)
    later = Summary.from_store(batch.summary, applied=True)
    assert (later.new, later.updated) == (0, 60)
    assert Member.objects.active().count() == 60


def test_values_are_in_one_written_form(taixing: Office, sample: Upload) -> None:
    import_roster(upload=sample, office=taixing, evidence=None, by=SYSTEM)
    wang = Member.objects.get(name="王芳")
    assert (wang.phone, wang.birth_month) == ("17744596598", dt.date(1956, 1, 1))
    assert Member.objects.get(name="安娜·陈").categories == [Category.OVERSEAS]
    assert Member.objects.get(name="彭婷").phone == "13458442223"
    assert Member.objects.get(name="李𬭎").phone == "17747207378"
    assert Member.objects.get(name="龙静磊").birth_month == dt.date(1986, 9, 1)


def test_units_and_associations_become_appointments(taixing: Office, sample: Upload) -> None:
    import_roster(upload=sample, office=taixing, evidence=None, by=SYSTEM)
    posts = Appointment.objects.filter(member__name="何琴玉").values_list(
        "organization__name", "organization__kind", "organization__office__name", "title"
    )
    assert set(posts) == {
        ("华瑞律师事务所", OrganizationKind.ENTERPRISE, "元竹镇", "董事长"),
        ("欧美同学会", OrganizationKind.FRIENDSHIP, "泰兴市", ""),
    }


def test_remarks_are_left_out_and_named(taixing: Office, sample: Upload) -> None:
    assert try_roster(upload=sample, office=taixing, with_evidence=False).left_out == ("备注",)


def test_every_row_leaves_an_audit_row(taixing: Office, sample: Upload) -> None:
    import_roster(upload=sample, office=taixing, evidence=None, by=SYSTEM)
    created = AuditEvent.objects.filter(action="create", target_label="members.member")
    assert created.count() == 60
    assert AuditEvent.objects.get(action="import").detail == {"rows": 66, "new": 60}


def test_command_prints_the_figures(
    taixing: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    call_command("import_members", str(SAMPLE), "--office", "321283", "--evidence", str(scan), "--json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["rows"], printed["new"], printed["updated"], printed["skipped"]) == (66, 60, 0, 2)
    assert set(printed["errors"][0]) == {"row", "column", "message"}
    assert Member.objects.active().count() == 60


@pytest.mark.parametrize(("file", "code"), [("nothing.xlsx", "321283"), (str(SAMPLE), "999")])
def test_command_says_what_is_wrong(taixing: Office, file: str, code: str) -> None:
    with pytest.raises(CommandError, match=r"无法读取文件|没有代码"):
        call_command("import_members", file, "--office", code)
