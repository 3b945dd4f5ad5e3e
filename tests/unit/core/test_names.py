import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.names import BadName, NameKeys, SearchKind, _read, _read_together, clean_name, search_key


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张三", "张三"),
        (" 王　芳 ", "王芳"),
        ("王 芳\n", "王芳"),
        ("欧阳 修远", "欧阳修远"),
        ("张 三 丰", "张三丰"),
        ("\u3000李\xa0四\u3000", "李四"),
        ("安娜‧陈", "安娜·陈"),
        ("约翰•李", "约翰·李"),
        ("约翰・李", "约翰·李"),
        ("约翰･李", "约翰·李"),
        ("约翰．李", "约翰·李"),
        ("约翰.李", "约翰·李"),
        ("约翰 · 李", "约翰·李"),
        ("李𬭎", "李𬭎"),
        ("𠮷永", "𠮷永"),
        ("㛃㛃", "㛃㛃"),
        ("王\U00030edd", "王\U00030edd"),
        # Extension H: assigned in Unicode 15, unknown to Python 3.11.
        ("王\U00031350", "王\U00031350"),
        ("葛\U000e0100飾", "葛\U000e0100飾"),
        (
            "阿卜杜热合曼·买买提明·吾布力卡斯木·艾合买提江·库尔班",
            "阿卜杜热合曼·买买提明·吾布力卡斯木·艾合买提江·库尔班",
        ),
        ("José", "José"),
        ("Jose\u0301", "José"),
        ("John F. Kennedy", "John F. Kennedy"),
        ("O’Neil-Smith", "O’Neil-Smith"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("李  John", "李 John"),
        ("བསྟན་འཛིན"[:4], "བསྟན"),
        ("⼀⼤", "一大"),
        ("佘", "佘"),
        ("李〇", "李〇"),
        ("李々", "李々"),
    ],
)
def test_clean_name_keeps(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("　 ", "empty"),
        ("·", "empty"),
        ("王\u200b芳", "invisible"),
        ("\ufeff王芳", "invisible"),
        ("王\u202e芳", "invisible"),
        ("王\u2066芳", "invisible"),
        ("王\x00芳", "invisible"),
        ("王\t芳", "invisible"),
        ("王芳\n李明", "invisible"),
        ("王\u2028芳", "invisible"),
        ("\U000e0100王", "invisible"),
        ("王\ue000", "private"),
        ("王\U000f0000", "private"),
        ("王芳1", "digit"),
        ("王芳１", "digit"),
        ("王芳²", "digit"),
        ("王@芳", "symbol"),
        ("王＠芳", "symbol"),
        ("王芳😀", "symbol"),
        ("⺼芳", "symbol"),
        ("=王芳", "symbol"),
        ("王芳（女）", "symbol"),
        ("王芳、李明", "symbol"),
        ("<b>王</b>", "symbol"),
        ("王芳\ud800", "broken"),
        ("\u0378王", "broken"),
        ("王芳 李明", "spaces"),
        ("阿依努尔 买买提", "spaces"),
        ("王" * 51, "long"),
        ("·王芳", "form"),
        ("约翰··李", "form"),
        ("-王", "form"),
        ("王\ufe0f芳", "invisible"),
    ],
)
def test_clean_name_refuses(typed: str, code: str) -> None:
    with pytest.raises(BadName) as refused:
        clean_name(typed)
    assert refused.value.code == code
    assert any("一" <= char <= "鿿" for char in str(refused.value))


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("張國華", "zhangguohua", "zgh"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("曾国藩", "zengguofan", "zgf"),
        ("仇英", "qiuying", "qy"),
        ("解缙", "xiejin", "xj"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("区大任", "oudaren", "odr"),
        ("朴志成", "piaozhicheng", "pzc"),
        ("查良镛", "zhaliangyong", "zly"),
        ("覃勇", "qinyong", "qy"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟雪", "moqixue", "mqx"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("單于明", "chanyuming", "cym"),
        ("单于", "shanyu", "sy"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("吕布", "lvbu", "lb"),
        ("约翰·李", "yuehanli", "yhl"),
        ("查尔斯·李", "chaersili", "cesl"),
        ("John Smith", "johnsmith", "js"),
        ("José", "jose", "j"),
    ],
)
def test_name_keys_reading(name: str, pinyin: str, initials: str) -> None:
    keys = NameKeys.of(name)
    assert keys.pinyin == pinyin
    assert keys.initials == initials


def test_name_keys_characters() -> None:
    keys = NameKeys.of("張國華")
    assert keys.simplified == "张国华"
    assert NameKeys.of("约翰·李").simplified == "约翰李"
    assert NameKeys.of("葛\U000e0100飾").simplified == "葛饰"


@given(
    st.lists(
        st.sampled_from(
            ["張國華", "约翰·李", "葛\U000e0100飾", "José", "單于明", "王芳", "李𠮷", "乾隆", "", "后土"]
        )
    )
)
def test_name_keys_of_many_are_those_of_each(names: list[str]) -> None:
    assert NameKeys.of_many(names) == list(map(NameKeys.of, names))


def test_name_keys_without_reading() -> None:
    keys = NameKeys.of("李𠮷")
    assert (keys.pinyin, keys.initials) == ("li", "l")
    assert keys.simplified == "李𠮷"


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("张三", SearchKind.CHARACTERS, "张三"),
        ("張三", SearchKind.CHARACTERS, "张三"),
        (" 张 三 ", SearchKind.CHARACTERS, "张三"),
        ("约翰•李", SearchKind.CHARACTERS, "约翰李"),
        ("zhangsan", SearchKind.PINYIN, "zhangsan"),
        ("Zhang San", SearchKind.PINYIN, "zhangsan"),
        ("zhāng sān", SearchKind.PINYIN, "zhangsan"),
        ("xi'an", SearchKind.PINYIN, "xian"),
        ("ｚｓ", SearchKind.INITIALS, "zs"),
        ("lǚ", SearchKind.PINYIN, "lv"),
        ("张san", SearchKind.PINYIN, "zhangsan"),
        ("", SearchKind.NOTHING, ""),
        ("%_\\", SearchKind.NOTHING, ""),
    ],
)
def test_search_key(typed: str, kind: SearchKind, text: str) -> None:
    key = search_key(typed)
    assert (key.kind, key.text) == (kind, text)


def test_search_key_short_latin_may_be_initials() -> None:
    assert search_key("wa").or_initials
    assert search_key("zs").or_initials
    assert not search_key("zhangsan").or_initials


@given(st.text(max_size=60))
def test_clean_name_gives_a_name_or_says_why(typed: str) -> None:
    try:
        name = clean_name(typed)
    except BadName:
        return
    assert clean_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    NameKeys.of(name)


@given(st.text(max_size=40))
def test_search_key_never_fails(typed: str) -> None:
    search_key(typed)


@given(st.text(alphabet="赵钱孙李周吴郑王国华明芳张三丰單國", min_size=2, max_size=4))
def test_name_is_found_by_its_own_keys(name: str) -> None:
    keys = NameKeys.of(name)
    assert search_key(name).text == keys.simplified
    assert search_key(keys.pinyin).text == keys.pinyin


@given(st.text(alphabet="重庆长行朝阳华国王建都单于乐得地了和还没大小中三四李芳伟㛃𠮷・Ｌli", max_size=6))
def test_reading_character_by_character_is_reading_together(text: str) -> None:
    assert list(_read(text)) == _read_together(text)
