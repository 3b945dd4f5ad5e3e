import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.offices.loading import BadFile, Finding, Loaded, load_offices
from apps.offices.models import Office, OfficeKind

pytestmark = pytest.mark.django_db
TAIZHOU = Path(settings.BASE_DIR) / "apps" / "dashboard" / "demo" / "taizhou_units.csv"
SINCE = dt.date(2026, 1, 1)
HEADER = "code,name,level,parent_code\n"
SMALL = HEADER + "99,试验市,city,\n9901,甲县,county,99\n990101,东镇,town,9901\n"


def load(text: str) -> Loaded:
    return load_offices(text.encode(), takes_part_from=SINCE)


def findings(text: str) -> list[Finding]:
    with pytest.raises(BadFile) as bad:
        load(text)
    return bad.value.findings


def test_real_list_loads_whole() -> None:
    loaded = load_offices(TAIZHOU.read_bytes(), takes_part_from=SINCE)
    assert loaded == (116, 0, 0)
    assert Office.objects.get(code="321202").parent_path == Office.objects.get(code="3212").path
    assert Office.objects.filter(kind=OfficeKind.ZONE, takes_part_from=None).count() == 21
    assert Office.objects.taking_part(SINCE).count() == 95


def test_same_file_again_changes_nothing() -> None:
    load(SMALL)
    assert load(SMALL) == (0, 0, 3)


def test_new_name_renames_and_kind_set_by_hand_stays() -> None:
    load(SMALL)
    Office.objects.filter(code="990101").update(kind=OfficeKind.SUBDISTRICT)
    assert load(SMALL.replace("东镇", "东新镇")) == (0, 1, 2)
    office = Office.objects.get(code="990101")
    assert (office.name, office.kind) == ("东新镇", OfficeKind.SUBDISTRICT)


def test_children_may_stand_before_parents() -> None:
    assert load(HEADER + "990101,东镇,town,9901\n9901,甲县,county,99\n99,试验市,city,\n") == (3, 0, 0)


def test_file_of_a_chinese_excel_loads() -> None:
    assert load_offices(SMALL.encode("gb18030"), takes_part_from=SINCE).new == 3


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (SMALL + "990102,西镇,town,9999\n", 5, "找不到上级机构 9999"),
        (SMALL + "990101,西镇,town,9901\n", 5, "代码与第 4 行重复"),
        (SMALL + "990102,,town,9901\n", 5, "名称应为"),
        (SMALL + "990102,西镇,hamlet,9901\n", 5, "级别应为"),
        (SMALL + "99 01,西镇,town,9901\n", 5, "代码应为"),
        (SMALL + "990102,西\u202e镇,town,9901\n", 5, "控制字符"),
        (SMALL + "990102,乙县,county,9901\n", 5, "之下不能设"),
        (SMALL + "98,又一市,city,\n", 5, "只有一个最上级机构"),
        ("name,level\n东镇,town\n", 1, "缺少列：code、parent_code"),
        ("", 1, "缺少列"),
        ("PK\x03\x04\x00\x00", 1, "不是文本"),
    ],
)
def test_bad_line_is_named_and_nothing_loaded(text: str, line: int, says: str) -> None:
    found = findings(text)
    assert [number for number, _message in found] == [line]
    assert says in found[0][1]
    assert not Office.objects.exists()


def test_another_parent_is_a_finding_and_no_move() -> None:
    load(SMALL + "9902,乙县,county,99\n")
    found = findings(SMALL.replace("990101,东镇,town,9901", "990101,东镇,town,9902"))
    assert found == [(4, "现隶属 9901；隶属变化请在机构页面办理")]


def test_command_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "offices.csv"
    path.write_text(SMALL + "990102,西镇,town,9999\n", encoding="utf-8")
    with pytest.raises(CommandError, match="第 5 行：找不到上级机构 9999"):
        call_command("load_offices", str(path))


def test_command_without_its_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="无法读取"):
        call_command("load_offices", str(tmp_path / "none.csv"))
