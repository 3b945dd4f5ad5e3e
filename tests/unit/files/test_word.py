from pathlib import Path

import docx
import pytest

from apps.files.word import TemplateRefused, fill_template


def template(tmp_path: Path, text: str) -> Path:
    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(tmp_path / "t.docx"))
    return tmp_path / "t.docx"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__()|length }}",
        "{{ office.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ ''|attr('__class__') }}",
        "{{ self._TemplateReference__context }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{% include '/etc/passwd' %}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ nobody }}",
        "{{ office",
    ],
)
def test_template_refuses(tmp_path: Path, tag: str) -> None:
    with pytest.raises(TemplateRefused):
        fill_template(template(tmp_path, tag), {"office": "泰州市"}, tmp_path / "out.docx")
    assert not (tmp_path / "out.docx").exists()


def test_template_escapes_values(tmp_path: Path) -> None:
    out = tmp_path / "out.docx"
    fill_template(template(tmp_path, "{{ office }}"), {"office": "<w:p>&甲"}, out)
    assert docx.Document(str(out)).paragraphs[0].text == "<w:p>&甲"


def test_template_keeps_what_follows_a_character_that_no_xml_holds(tmp_path: Path) -> None:
    out = tmp_path / "out.docx"
    fill_template(template(tmp_path, "{{ lines[0] }}"), {"lines": ("\x0b<b>&\ufffe甲",)}, out)
    assert docx.Document(str(out)).paragraphs[0].text == "\ufffd<b>&\ufffd甲"
