"""Templates that administrators replace: taken after a trial, bounded, kept by version, one subtree each."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.models import Scheme
from apps.core.access import SYSTEM
from apps.files.models import StoredFile
from apps.files.word import TemplateRefused, fill_uploaded
from apps.reports.actions import make_report, write_report
from apps.reports.models import ReportTemplate
from apps.reports.subjects import Subject
from apps.reports.word_templates import add_template, use_builtin, use_template
from apps.reports.writing import BUILTIN
from tests.cast import Tree

pytestmark = pytest.mark.django_db


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def upload(content: bytes, name: str = "模板.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


OWN = "{{ office }}结对覆盖率{{ value['pairing.coverage'] }}，{% if weak|length == 0 %}无短板{% elif weak|length == 1 %}短板一项{% else %}短板{{ weak|length }}项{% endif %}。"


def text_of(scheme: Scheme | None, office: Any, folder: Path) -> str:
    report = make_report(subject=Subject(office, 2026, scheme), by=SYSTEM)
    write_report(report, "docx", folder / "a.docx", by=SYSTEM)
    return "".join(paragraph.text for paragraph in docx.Document(str(folder / "a.docx")).paragraphs)


def test_template_is_used_in_its_subtree_and_nowhere_else(
    scheme: Scheme, tree: Tree, county_admin: User, tmp_path: Path
) -> None:
    add_template(office=tree.county, upload=upload(word(OWN)), by=county_admin)
    assert text_of(scheme, tree.county, tmp_path).startswith("甲县结对覆盖率")
    assert text_of(None, tree.town, tmp_path).startswith("东镇结对覆盖率")
    assert "统战工作" in text_of(scheme, tree.other_county, tmp_path)


def test_nearest_template_counts(
    scheme: Scheme, tree: Tree, county_admin: User, city_admin: User, tmp_path: Path
) -> None:
    add_template(office=tree.city, upload=upload(word("市 {{ office }}")), by=city_admin)
    add_template(office=tree.county, upload=upload(word("县 {{ office }}")), by=county_admin)
    assert text_of(scheme, tree.county, tmp_path) == "县 甲县"
    assert text_of(scheme, tree.other_county, tmp_path) == "市 乙县"


def test_versions_are_kept_and_can_be_used_again(tree: Tree, county_admin: User) -> None:
    first = add_template(office=tree.county, upload=upload(word("一")), by=county_admin)
    second = add_template(office=tree.county, upload=upload(word("二")), by=county_admin)
    assert (first.version, second.version) == (1, 2)
    assert ReportTemplate.objects.standing_over(tree.town.path) == second
    use_template(first, by=county_admin)
    assert ReportTemplate.objects.standing_over(tree.town.path) == first
    use_builtin(office=tree.county, by=county_admin)
    assert ReportTemplate.objects.standing_over(tree.town.path) is None
    assert ReportTemplate.objects.count() == 2


def test_builtin_template_is_taken_as_it_is(tree: Tree, county_admin: User) -> None:
    assert add_template(office=tree.county, upload=upload(BUILTIN.read_bytes()), by=county_admin).in_use


def test_watermark_is_there_whatever_the_template_says(
    scheme: Scheme, tree: Tree, county_admin: User, tmp_path: Path
) -> None:
    add_template(office=tree.county, upload=upload(word("{{ office }}")), by=county_admin)
    text_of(scheme, tree.county, tmp_path)
    with zipfile.ZipFile(tmp_path / "a.docx") as parts:
        headers = "".join(parts.read(n).decode() for n in parts.namelist() if n.startswith("word/header"))
    assert 'string="送审稿"' in headers


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ office.__class__ }}",
    "{{ ()|attr('__class__') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ config.SECRET_KEY }}",
    "{{ request.user }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].environ }}",
    "{{ namespace.__init__ }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ '{0.__class__}'.format(office) }}",
    "{{ office|map('attr', '__class__')|list|first }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% extends 'x' %}",
    "{{ title.append('x') }}",
    "{{ open('/etc/passwd').read() }}",
    "{{ get_flashed_messages.__globals__ }}",
]
BOMBS = [
    "{% for a in body %}{% for b in body %}{% for c in body %}{% for d in body %}{% for e in body %}{{ a }}"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{{ 'a' * 9999999999 }}",
    "{{ 9 ** 99999999 }}",
    "{{ '%99999999999d'|format(1) }}",
    "{{ office|center(9999999999) }}",
]


@pytest.mark.parametrize("tag", ESCAPES)
def test_tag_that_reaches_outside_is_refused_and_not_evaluated(
    client: Client, tree: Tree, county_admin: User, tag: str
) -> None:
    client.force_login(county_admin)
    answer = client.post(
        reverse("reports:template_add", args=[tree.county.code]), {"file": upload(word("{{ office }}", tag))}
    )
    assert answer.status_code == 422
    assert "Word 模板中的标记有误" in answer.content.decode()
    assert ReportTemplate.objects.count() == 0
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("tag", BOMBS)
def test_tag_that_never_ends_is_stopped(tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bomb.docx").write_bytes(word(tag))
    context = {"office": "甲县", "body": ["段落"] * 200}
    begun = time.monotonic()
    with pytest.raises(TemplateRefused):
        fill_uploaded(tmp_path / "bomb.docx", context, tmp_path / "out.docx")
    assert time.monotonic() - begun < 70
    assert not (tmp_path / "out.docx").exists()


def with_part(name: str, content: bytes) -> bytes:
    out = io.BytesIO(word("{{ office }}"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


REMOTE = b'<Relationships><Relationship Id="r" Type="x/attachedTemplate" Target="http://a/b" TargetMode="External"/></Relationships>'
NO_DOCX: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"{{ office }}",
    "pdf": lambda: b"%PDF-1.4\n%%EOF",
    "zip": lambda: with_part("x", b"")[:200],
    "macros": lambda: with_part("word/vbaProject.bin", b"x"),
    "embedded": lambda: with_part("word/embeddings/a.xlsx", b"x"),
    "entities": lambda: with_part("word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'),
    "remote": lambda: with_part("word/_rels/settings.xml.rels", REMOTE),
    "climbing": lambda: with_part("../x.xml", b"<a/>"),
    "swelling": lambda: with_part("word/media/a.png", b"0" * (30 * 1024 * 1024)),
    "large": lambda: with_part("word/media/a.png", __import__("os").urandom(3 * 1024 * 1024)),
}


@pytest.mark.parametrize("kind", NO_DOCX)
def test_what_is_no_plain_docx_is_refused(client: Client, tree: Tree, county_admin: User, kind: str) -> None:
    client.force_login(county_admin)
    url = reverse("reports:template_add", args=[tree.county.code])
    assert client.post(url, {"file": upload(NO_DOCX[kind]())}).status_code == 422
    assert ReportTemplate.objects.count() == 0


def test_pages_upload_try_download_use_back(client: Client, tree: Tree, county_admin: User) -> None:
    client.force_login(county_admin)
    own = reverse("reports:templates_of", args=[tree.county.code])
    assert client.get(reverse("reports:templates"))["Location"] == own
    client.post(reverse("reports:template_add", args=[tree.county.code]), {"file": upload(word(OWN))})
    template = ReportTemplate.objects.get()
    assert "本机构第 1 版" in client.get(own).content.decode()
    tried: Any = client.post(reverse("reports:template_try", args=[template.public_id]), follow=True)
    printed = docx.Document(io.BytesIO(b"".join(tried.streaming_content)))
    assert printed.paragraphs[0].text == "示例市结对覆盖率96.6%，短板一项。"
    fetched: Any = client.get(reverse("reports:template", args=[template.public_id]))
    assert b"".join(fetched.streaming_content) == template.stored.path.read_bytes()
    client.post(reverse("reports:template_back", args=[tree.county.code]))
    assert "内置模板" in client.get(own).content.decode()
    client.post(reverse("reports:template_use", args=[template.public_id]))
    template.refresh_from_db()
    assert template.in_use


@pytest.mark.parametrize("route", ["template", "template_use", "template_try"])
def test_template_of_the_neighbour_does_not_exist(
    client: Client, tree: Tree, county_admin: User, make_user: Any, route: str
) -> None:
    template = add_template(office=tree.county, upload=upload(word("x")), by=county_admin)
    client.force_login(make_user("next", "office_admin", tree.other_county))
    url = reverse(f"reports:{route}", args=[template.public_id])
    assert (client.get(url) if route == "template" else client.post(url)).status_code == 404
    assert client.get(reverse("reports:templates_of", args=[tree.county.code])).status_code == 404
