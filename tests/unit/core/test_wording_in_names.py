"""A column of names holds names: a word of the base list by itself is none, a given name that spells one is."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.forms import PersonNameField
from apps.core.surnames import COMMON, is_surname
from apps.core.wording import finding_in_name
from apps.members.importing import cells
from apps.members.importing.findings import BadCell

NO_NAMES = [
    "上访户",
    "老上访户",
    "缠访",
    "进京上访",
    "邪教",
    "信教",
    "信佛",
    "信教多年",
    "全家信教",
    "本人信教",
    "他信佛",
    "都信教",
    "马信教徒",
    "基督徒",
    "佛教徒",
    "教徒",
    "居士",
    "和尚",
    "危险人员",
    "危险分子",
    "敏感人员",
    "高危人员",
    "重点人员",
    "重点人物",
    "可疑人员",
    "稳控",
    "维稳",
    "刺头",
    "老赖",
    "无赖",
    "奸商",
    "两面派",
    "墙头草",
    "老油条",
    "难缠",
    "不可靠",
    "落后",
    "政治可靠",
    "思想落后",
    "立场坚定",
    "台独",
    "港独",
    "反党",
    "回族",
    "藏族",
    "维吾尔族",
    "苗族人",
    "白族",
    "水族",
    "高血压",
    "肺癌",
    "确诊肺癌",
    "精神病",
    "王精神病",
    "因残致贫",
    "离异",
    "丧偶",
    "再婚",
    "吸毒",
    "赌博",
    "A类人员",
    "上訪戶",
    "落後",
    "信主",
    "王态度差",
]
NAMES = [
    "张信教",
    "张信佛",
    "李信主",
    "张信义",
    "張信教",
    "巩信佛",
    "欧阳信教",
    "王人品",
    "高城府",
    "何心机",
    "李居士",
    "陈离异",
    "王性格",
    "张三",
    "李四",
    "王伟",
    "欧阳娜娜",
    "诸葛亮",
    "司马相如",
    "孙新",
    "钱宜",
    "和平",
    "和珅",
    "张佛山",
    "李佛海",
    "王忠诚",
    "赵虔诚",
    "周稳固",
    "徐安定",
    "马民族",
    "满江红",
    "回春",
    "汉生",
    "苗苗",
    "黎明",
    "白洁",
    "水生",
    "高风",
    "高峰",
    "石敢当",
    "信长星",
    "阿依古丽",
    "扎西",
    "次仁·卓玛",
    "约翰·李",
    "吾布力卡斯木·艾合买提江",
    "一大",
    "王",
    "雷锋",
    "党国英",
    "向阳花",
    "郝好",
]


@pytest.mark.parametrize("words", NO_NAMES)
def test_a_judgement_is_no_name(words: str) -> None:
    assert finding_in_name(words) is not None
    with pytest.raises(BadCell):
        cells.name(words)
    with pytest.raises(ValidationError):
        PersonNameField().clean(words)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_whatever_it_spells(name: str) -> None:
    assert cells.name(name) == PersonNameField().clean(name) == name


def test_examples_are_enough() -> None:
    assert len(set(NO_NAMES)) >= 30
    assert len(set(NAMES)) >= 30


@settings(max_examples=50)
@given(
    st.sampled_from(sorted(filter(is_surname, COMMON))),
    st.text("信教佛主义人品性格城府心机居士忠诚明华国", min_size=1, max_size=2),
)
def test_every_surname_leaves_the_given_name_free(surname: str, given_name: str) -> None:
    found = finding_in_name(surname + given_name)
    # 和尚, 信佛: both together are one word.
    assert found is None or found.start == 0
