"""The English catalogue is found, kept and compiled without GNU gettext."""

import gettext
from pathlib import Path

import pytest

from apps.core import catalogue
from apps.core.catalogue import Found

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

class Visit:
    name = _("走访")
    many = ngettext("%(n)d 次", "%(n)d 次走访", 2)
    month = pgettext("计数", "月")
    unknown = _(name)
"""
TEMPLATE = """
{% load i18n %}
  <h1>{% translate "我的结对" %}</h1>
<p title="{{ _('标题') }}">it's {% blocktranslate count n=members|length trimmed %}
   {{ n }} 位成员
  {% plural %}
   共 {{ n }} 位成员
{% endblocktranslate %}</p>
<c-button label="{% translate '保存' %}" />
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "apps" / "pairing").mkdir(parents=True)
    (tmp_path / "apps" / "pairing" / "models.py").write_text(PYTHON)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "list.html").write_text(TEMPLATE)
    return tmp_path


def test_messages_are_found_in_modules_and_templates(base: Path) -> None:
    found = {(message.words, message.context) for message in catalogue.messages_in_code(base)}
    assert found == {
        ("走访", None),
        (("%(n)d 次", "%(n)d 次走访"), None),
        ("月", "计数"),
        ("我的结对", None),
        ("标题", None),
        (("%(n)s 位成员", "共 %(n)s 位成员"), None),
        ("保存", None),
    }


def test_place_names_file_and_line(base: Path) -> None:
    places = {message.singular: message.place for message in catalogue.messages_in_code(base)}
    assert places["我的结对"] == "templates/list.html:3"


def translated(messages: list[Found], **english: str) -> "catalogue.Catalog":
    fresh = catalogue.renewed(catalogue.Catalog(locale="en"), messages)
    for words, text in english.items():
        message = fresh.get(words)
        assert message is not None
        message.string = text
    return fresh


def test_renewing_keeps_translations_and_drops_what_is_gone() -> None:
    old = translated([Found("走访", None, "a:1"), Found("旧词", None, "a:2")], 走访="visit", 旧词="old")
    text = catalogue.as_text(catalogue.renewed(old, [Found("走访", None, "b:1"), Found("新词", None, "b:2")]))
    assert 'msgid "走访"\nmsgstr "visit"' in text
    assert 'msgid "新词"\nmsgstr ""' in text
    assert "旧词" not in text


def test_text_does_not_change_by_itself() -> None:
    fresh = translated([Found("走访", None, "a:1")], 走访="visit")
    assert "Date" not in catalogue.as_text(fresh)


@pytest.mark.parametrize(
    ("words", "english", "fault"),
    [
        ("走访", "", "no English"),
        ("visit", "visit", "no Chinese"),
        ("%(n)s 次", "%(m)s times", "other placeholders"),
        ("%(n)s 次", "times", "other placeholders"),
    ],
)
def test_fault_is_named(words: str, english: str, fault: str) -> None:
    messages = [Found(words, None, "a:1")]
    (said,) = catalogue.faults(translated(messages, **{words: english}), messages)
    assert fault in said


@pytest.mark.parametrize("words", ["%(name)s · %(office)s", "%(a)s × min(%(b)s, 1)", "（%(n)s）"])
def test_punctuation_and_formulas_need_no_chinese(words: str) -> None:
    messages = [Found(words, None, "a:1")]
    assert catalogue.faults(translated(messages, **{words: words}), messages) == []


def test_complete_catalogue_has_no_fault() -> None:
    messages = [Found("%(n)s 次", None, "a:1")]
    assert catalogue.faults(translated(messages, **{"%(n)s 次": "%(n)s times"}), messages) == []


def test_compiled_catalogue_is_read_by_gettext(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(catalogue.as_text(translated([Found("走访", None, "a:1")], 走访="visit")))
    assert catalogue.compile_catalogue(path)
    assert not catalogue.compile_catalogue(path)
    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("走访") == "visit"
