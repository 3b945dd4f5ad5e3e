"""Names in rosters: 137 inputs of the corpus of bad input (docs/security.md), read or refused with a sentence."""

import pytest

from apps.members.importing import cells
from apps.members.importing.findings import BadCell

DOTS = "·‧•・･∙⋅●∘᛫⸱ꞏ◦˙．﹒"
UYGHUR = "阿卜杜热合曼·买买提明·吾布力卡斯木·艾合买提江·库尔班"

READ: list[tuple[str, str]] = [
    # Plain, and with the spaces people add.
    ("张三", "张三"),
    (" 王芳", "王芳"),
    ("王芳 ", "王芳"),
    ("王　芳", "王芳"),
    ("王 芳", "王芳"),
    ("王  芳", "王芳"),
    ("王\n芳", "王芳"),
    ("王\t芳", "王芳"),
    ("王\u00a0芳", "王芳"),
    ("王\u2003芳", "王芳"),
    ("张 三 丰", "张三丰"),
    ("欧阳 修远", "欧阳修远"),
    ("司马 相如", "司马相如"),
    ("诸葛亮", "诸葛亮"),
    ("王", "王"),
    ("王" * 50, "王" * 50),
    ("張國華", "張國華"),
    ("李〇", "李〇"),
    ("李々", "李々"),
    # Extensions A to H, compatibility characters, variants; the last two planes are unassigned in Python 3.11.
    ("㛃㛃", "㛃㛃"),
    ("䶮文", "䶮文"),
    ("𠮷永", "𠮷永"),
    ("\U00020bb7田", "\U00020bb7田"),
    ("王\U0002a6a5", "王\U0002a6a5"),
    ("王\U0002a700", "王\U0002a700"),
    ("李𬭎", "李𬭎"),
    ("王\U0002b740", "王\U0002b740"),
    ("王\U0002b820", "王\U0002b820"),
    ("王\U0002ceb0", "王\U0002ceb0"),
    ("王\U0002ebf0", "王\U0002ebf0"),
    ("王\U00030000", "王\U00030000"),
    ("王\U00030edd", "王\U00030edd"),
    ("王\U00031350", "王\U00031350"),
    ("王\U000323af", "王\U000323af"),
    ("王\U000323b0", "王\U000323b0"),
    ("葛\U000e0100飾", "葛\U000e0100飾"),
    ("⼀⼤", "一大"),
    ("⽟⽟", "玉玉"),
    # The dot of names from other languages.
    *[(f"约翰{dot}李", "约翰·李") for dot in DOTS],
    ("约翰.李", "约翰·李"),
    ("约翰。李", "约翰·李"),
    ("约翰 · 李", "约翰·李"),
    ("约翰· 李", "约翰·李"),
    (UYGHUR, UYGHUR),
    ("买买提•吐尔逊", "买买提·吐尔逊"),
    ("次仁·卓玛", "次仁·卓玛"),
    # Other scripts.
    ("John Smith", "John Smith"),
    ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
    ("John F. Kennedy", "John F. Kennedy"),
    ("O’Neil-Smith", "O’Neil-Smith"),
    ("O'Brien", "O'Brien"),
    ("José", "José"),
    ("Jose\u0301", "José"),
    ("Müller", "Müller"),
    ("Нгуен Ван", "Нгуен Ван"),
    ("འཛིན", "འཛིན"),
    ("نۇر", "نۇر"),
    ("김철수", "김철수"),
    ("李 John", "李 John"),
]  # fmt: skip

REFUSED: list[tuple[object, str]] = [
    ("", "填写姓名"),
    (None, "填写姓名"),
    ("　", "填写姓名"),
    ("·", "填写姓名"),
    ("-", "填写姓名"),
    # What cannot be seen.
    ("王\u200b芳", "控制字符"),
    ("王\u200c芳", "控制字符"),
    ("王\u200d芳", "控制字符"),
    ("王\u2060芳", "控制字符"),
    ("\ufeff王芳", "控制字符"),
    ("王芳\ufeff", "控制字符"),
    ("王\u202e芳", "控制字符"),
    ("王\u202a芳", "控制字符"),
    ("王\u2066芳", "控制字符"),
    ("王\u200e芳", "控制字符"),
    ("王\u200f芳", "控制字符"),
    ("王\u00ad芳", "控制字符"),
    ("王\u0000芳", "控制字符"),
    ("王\u0007芳", "控制字符"),
    ("王\u001b芳", "控制字符"),
    ("王\u007f芳", "控制字符"),
    ("王\u0080芳", "控制字符"),
    ("王\U000e0041芳", "控制字符"),
    ("王\ufe0f芳", "控制字符"),
    ("王\ud800芳", "控制字符"),
    # Characters of one machine only.
    ("王\ue000", "自造字"),
    ("王\uf8ff", "自造字"),
    ("王\U000f0000", "自造字"),
    ("王\U0010fffd", "自造字"),
    # Digits and signs.
    ("王芳1", "数字"),
    ("王芳１", "数字"),
    ("王芳²", "数字"),
    ("王芳٢", "数字"),
    ("王Ⅱ", "数字"),
    (12345, "数字"),
    (1.5, "数字"),
    ("王@芳", "符号"),
    ("王＠芳", "符号"),
    ("王芳😀", "符号"),
    ("⺼芳", "符号"),
    ("=王芳", "符号"),
    ("＝王芳", "符号"),
    ("+王芳", "符号"),
    ("王芳（女）", "符号"),
    ("王芳(女)", "符号"),
    ("王芳、李明", "符号"),
    ("王芳/李明", "符号"),
    ("<script>alert(1)</script>", "符号"),
    ("王芳*", "符号"),
    ("=HYPERLINK(\"x\")", "符号"),
    # Two people, or a name that wants a dot.
    ("王芳 李明", "空格"),
    ("阿依努尔 买买提", "空格"),
    ("王芳芳\n李明明", "空格"),
    # Form and length.
    ("王" * 51, "50"),
    ("王" * 10_000, "过长"),
    ("·王芳", "符号"),
    ("王芳·", "符号"),
    ("约翰··李", "符号"),
    ("-王", "符号"),
    ("\u0378王", "无法识别"),
    ("\U0001faff王", "无法识别"),
    # A remark in the column of names.
    ("此人信仰宗教表现落后", ""),
    ("该同志思想落后", ""),
]  # fmt: skip


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(READ) + len(REFUSED) >= 120


@pytest.mark.parametrize(("typed", "name"), READ)
def test_name_is_read(typed: str, name: str) -> None:
    assert cells.name(typed) == name
    assert cells.name(name) == name


@pytest.mark.parametrize(("typed", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_name_is_refused(typed: object, said: str) -> None:
    with pytest.raises(BadCell) as refusal:
        cells.name(typed)
    assert said in str(refusal.value)
    assert any("一" <= char <= "鿿" for char in str(refusal.value))
