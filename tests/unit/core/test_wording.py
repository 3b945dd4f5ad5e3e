import itertools
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.core import wording
from apps.core.edited import Edited
from apps.core.wording import findings, harmless, segments, validate_wording

# More of both, one a line: the words that offices really write.
EXAMPLES = Path(__file__).parent / "wording"


def lines(name: str) -> list[str]:
    return (EXAMPLES / name).read_text().splitlines()


# (text, code of the first finding, the words that are marked)
HELD_BACK = [
    ("此人不可靠，少来往", "judgement", "不可靠"),
    ("思想落后", "politics", "思想落后"),
    ("该同志比较落后", "judgement", "落后"),
    ("态度消极，不愿多谈", "judgement", "态度消极"),
    ("比较难缠", "judgement", "难缠"),
    ("村里的刺头", "judgement", "刺头"),
    ("素质较低", "judgement", "素质较低"),
    ("工作上不太配合", "judgement", "不太配合"),
    ("为人固执", "judgement", "为人固执"),
    ("A类人员", "judgement", "A类人员"),
    ("统战价值较大", "judgement", "统战价值"),
    ("落 后 分 子", "judgement", "落 后"),
    ("靠\u200b不住", "judgement", "靠\u200b不住"),
    ("態度消極", "judgement", "態度消極"),
    ("了解其思想动态", "politics", "思想动态"),
    ("政治上可靠", "politics", "政治上可靠"),
    ("政治上不够成熟", "politics", "政治上不够成熟"),
    ("政治态度端正", "politics", "政治态度"),
    ("立场坚定", "politics", "立场坚定"),
    ("对政府有些不满", "politics", "对政府有些不满"),
    ("列为重点关注对象", "risk", "列为重点关注对象"),
    ("属重点人员", "risk", "重点人员"),
    ("做好稳控工作", "risk", "稳控"),
    ("老上访户", "judgement", "老上访"),
    ("风险等级：高", "risk", "风险等级"),
    ("民族：汉", "ethnicity", "民族："),
    ("他是回族", "ethnicity", "回族"),
    ("是少数民族干部", "ethnicity", "是少数民族干部"),
    ("维吾尔族，会汉语", "ethnicity", "维吾尔族"),
    ("宗教信仰：无", "religion", "宗教信仰"),
    ("全家信教", "religion", "信教"),
    ("信佛多年", "religion", "信佛"),
    ("妻子是基督徒", "religion", "基督徒"),
    ("每周去教堂做礼拜", "religion", "去教堂做"),
    ("是佛教徒", "religion", "佛教徒"),
    ("在清真寺管委会任职", "religion", "清真寺管委会"),
    ("身体不好，刚做了手术", "health", "身体不好"),
    ("患有糖尿病", "health", "患有糖尿病"),
    ("上月住院", "health", "住院"),
    ("母亲中风卧床", "health", "中风"),
    ("系残疾人", "health", "系残疾"),
    ("确诊肺癌", "health", "确诊肺癌"),
    ("身份证号321283199001011234", "id_number", "身份证号321283199001011234"),
    ("证件 321283 19900101 123X", "id_number", "证件 321283 19900101 123X"),
    ("３２１２８３１９９００１０１１２３Ｘ", "id_number", "３２１２８３１９９００１０１１２３Ｘ"),
    ("3212**********1234", "id_number", "3212**********1234"),
    ("321283900101123", "id_number", "321283900101123"),
    ("家住济川街道某小区", "place", "家住"),
    ("现住阳光花园3幢2单元501", "place", "现住"),
    ("某某家园12号楼301", "place", "家园12号楼3"),
    ("位置 32.171234, 120.051234", "place", "32.171234, 120.051234"),
    ("东经120.05度", "place", "东经120."),
    ("掌握其行踪", "place", "行踪"),
    ("与张局长关系密切", "relations", "与张局长关系密切"),
    ("和李总是同学", "relations", "和李总是同学"),
    ("有海外关系", "relations", "海外关系"),
    ("其妻子在银行工作", "relations", "其妻子在"),
    ("刚离婚", "relations", "离婚"),
    ("其朋友圈经常转发", "watching", "其朋友圈"),
    ("网上言论偏激", "watching", "网上言论"),
    ("微信号：zhangsan88", "watching", "微信号：zhangsan88"),
]

PASSES = [
    "走访企业，了解扩建用地的困难",
    "谈心一小时，对方提出停车难的问题",
    "到佛山考察学习",
    "佛山市南海区的订单增加",
    "民族路门店装修完工",
    "企业位于民族路18号",
    "基督教堂街的路灯坏了",
    "清真寺路口需要红绿灯",
    "走访张信教",
    "张信教提出一条建议",
    "与王信佛座谈",
    "组织民族乐器演奏会",
    "参加残疾人联合会活动",
    "为残疾人就业基地捐赠设备",
    "残疾人运动会志愿服务",
    "设备落后，需要技改资金",
    "当地经济落后，希望引进项目",
    "淘汰落后产能",
    "供电不可靠影响生产",
    "政治上关心、生活上照顾",
    "参加政治理论学习",
    "重点项目开工",
    "重点企业座谈会",
    "重点帮扶对象走访慰问活动",
    "时间上不太配合，改期到周五",
    "提出加强民族团结进步教育的建议",
    "观看少数民族歌舞演出",
    "在土家族苗族自治州设有分公司",
    "参观水族馆",
    "弘扬中华民族优秀传统文化",
    "民族品牌走出去",
    "民族企业家报告会",
    "诚信教育进校园",
    "通信主设备到货",
    "相信主管部门会答复",
    "参观佛教文化展",
    "接受红色教育洗礼",
    "糖尿病义诊活动",
    "心脏病专家讲座",
    "捐赠肿瘤医院药品",
    "新建住院部大楼",
    "研发手术机器人",
    "祝身体健康",
    "集中风貌整治",
    "低风险地区复工",
    "食品安全风险等级评定培训",
    "代办身份证遗失补领的建议",
    "订单号20260101000012345678",
    "统一社会信用代码91321283MA1X2Y3Z4K",
    "合同编号 2026-001-18",
    "行政中心2号楼301室座谈",
    "会议室在三楼",
    "产业定位在中高端",
    "毕业生去向落实",
    "企业与高校关系密切，共建实验室",
    "构建亲清政商关系",
    "劳动关系和谐企业",
    "校友商会联谊",
    "项目跟踪服务",
    "在朋友圈宣传招聘活动",
    "靠山村道路硬化",
    "串联电路板生产线",
    "建议优化信访接待流程",
    "家庭教育讲座",
    "台湾同胞及其亲属座谈会",
    "素质教育基地揭牌",
    "办理营业执照",
    "电话回访，对答复表示满意",
    "学习党的二十大精神",
]


@pytest.mark.parametrize(("text", "code", "words"), HELD_BACK)
def test_wording_is_held_back_and_marked(text: str, code: str, words: str) -> None:
    found = findings(text)
    assert (found[0].code, text[found[0].start : found[0].end]) == (code, words)
    assert str(found[0].message)


@pytest.mark.parametrize("text", PASSES)
def test_wording_passes(text: str) -> None:
    assert [(f.code, text[f.start : f.end]) for f in findings(text)] == []


@pytest.mark.parametrize("text", lines("held_back.txt"))
def test_wording_more_is_held_back(text: str) -> None:
    assert findings(text)


@pytest.mark.parametrize("text", lines("passes.txt"))
def test_wording_more_passes(text: str) -> None:
    assert [(f.code, text[f.start : f.end]) for f in findings(text)] == []


def test_wording_finds_several_in_order() -> None:
    text = "信教，态度消极；身份证号 321283199001011234"
    assert [text[f.start : f.end] for f in findings(text)] == [
        "信教",
        "态度消极",
        "身份证号 321283199001011234",
    ]


def test_wording_added_by_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings("要求特殊照顾.") == []
    monkeypatch.setattr(wording, "_added", Edited(("特殊照顾.", "")))
    (found,) = findings("要求特 殊照顾.")
    assert (found.code, found.start, found.end) == ("added", 2, 8)
    assert findings("要求特殊照顾x") == []
    assert findings("此人信教")


def test_wording_segments_give_the_text_back() -> None:
    text = "今天谈到他思想落后的事"
    pieces = segments(text)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.finding] == ["思想落后"]


def test_validate_wording_says_what_and_why() -> None:
    validate_wording("设备落后")
    with pytest.raises(ValidationError) as refused:
        validate_wording("比较难缠，信教")
    assert len(refused.value.messages) == 2
    assert "难缠" in refused.value.messages[0]
    assert "只记事，不评人" in refused.value.messages[0]


def test_wording_long_text_stays_cheap() -> None:
    assert findings("与" * 10_000) == []
    assert findings("1" * 10_000) == []
    assert findings("设备" * 5_000) == []


@given(st.text(max_size=300), st.sampled_from([text for text, _code, _words in HELD_BACK]))
def test_wording_places_lie_in_the_text(around: str, held: str) -> None:
    text = f"{around}。{held}"
    found = findings(text)
    assert "".join(piece.text for piece in segments(text)) == text
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


# What a column of names may hold: names, remarks that slipped in, and their pieces, which together would make a word.
WRITTEN = [text for text, _code, _words in HELD_BACK]
PIECES = sorted(
    {char for text in WRITTEN for char in text} | {"王芳", "张信", "教", "态度", "消极", "落", "后"}
)
SOMETHING = st.sampled_from(WRITTEN) | st.lists(st.sampled_from(PIECES), max_size=4).map("".join)


@given(st.lists(SOMETHING, max_size=12))
def test_harmless_together_is_harmless_alone(texts: list[str]) -> None:
    assert harmless(texts) <= {text for text in texts if not findings(text)}


def test_harmless_knows_nearly_every_name() -> None:
    names = [f"{surname}{given}" for surname in "王李张刘陈" for given in ("芳", "建国", "伟明", "思远")]
    assert harmless(names) == set(names)
    assert harmless([*names, "張國華", "约翰·李"]) == set()


def test_harmless_asks_for_added_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_added", Edited(("王芳",)))
    assert harmless(["王芳"]) == set()
