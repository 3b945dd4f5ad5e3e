from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import User
from apps.assessment.models import Scheme
from apps.core.access import SYSTEM
from apps.files.models import StoredFile
from apps.files.storage import new_file
from apps.reports.archive import keep
from apps.reports.models import Report, ReportTemplate
from apps.reports.writing import BUILTIN
from tests.guards.world import CANARY, Cast, Page

PDF = b"%PDF-1.4\nstartxref\n9\n%%EOF\n"


def a_report(cast: Cast) -> Report:
    scheme = Scheme.objects.filter(code="guards-report").first() or Scheme.objects.create(
        code="guards-report",
        name=f"{CANARY}方案",
        year=2026,
        office=cast.tree.county,
        assessed="town",
        **dict.fromkeys(
            (
                "opens_on",
                "entry_deadline",
                "statement_from",
                "statement_until",
                "review_from",
                "review_until",
                "decision_on",
                "publish_on",
            ),
            "2026-01-01",
        ),
        objection_workdays=5,
        state="open",
        sha256="0" * 64,
    )
    return Report.objects.filter(scheme=scheme).first() or Report.objects.create(
        scheme=scheme, year=2026, office=cast.tree.county, snapshot={"office": CANARY}, sha256="0" * 64
    )


def arguments(cast: Cast) -> dict[str, object]:
    return {"public_id": a_report(cast).public_id}


def wanted(cast: Cast) -> dict[str, object]:
    report = a_report(cast)
    return {"subject": f"guards-report:{report.office.code}", "formats": ["pdf"]}


def final(cast: Cast) -> Report:
    """One of the same office that was decided, with a file in the archive."""
    draft = a_report(cast)
    return Report.objects.filter(is_final=True).first() or Report.objects.create(
        scheme=draft.scheme, year=2026, office=draft.office, snapshot={}, sha256="1" * 64, is_final=True
    )


def archived(cast: Cast) -> dict[str, object]:
    report = final(cast)
    entry = report.archived.first()
    if entry is None:
        with new_file("报告.pdf", purpose=StoredFile.Purpose.REPORT, owner=None, lives_for=None) as draft:
            draft.path.write_bytes(PDF)
        entry = keep(report, "pdf", draft.stored, by=SYSTEM)
    return {"public_id": report.public_id, "file_id": entry.stored.public_id}


def a_template(cast: Cast) -> dict[str, object]:
    found = ReportTemplate.objects.first()
    if found is None:
        by = User.objects.filter(is_active=True).first()
        with new_file("模板.docx", purpose=StoredFile.Purpose.REPORT, owner=None, lives_for=None) as draft:
            draft.path.write_bytes(BUILTIN.read_bytes())
        found = ReportTemplate.objects.create(
            office=cast.tree.county, version=1, stored=draft.stored, in_use=True, uploaded_by=by
        )
    return {"public_id": found.public_id}


def at_county(cast: Cast) -> dict[str, object]:
    return {"code": cast.tree.county.code}


def builtin(cast: Cast) -> dict[str, object]:
    return {"file": SimpleUploadedFile("a.docx", BUILTIN.read_bytes())}


PAGES = {
    "reports:templates_of": Page(kwargs=at_county),
    "reports:template_add": Page(kwargs=at_county, post=builtin),
    "reports:template_back": Page(kwargs=at_county, post=lambda cast: {}),
    "reports:template": Page(kwargs=a_template),
    "reports:template_use": Page(kwargs=a_template, post=lambda cast: {}),
    "reports:template_try": Page(kwargs=a_template, post=lambda cast: {}),
    "reports:make_all": Page(post=lambda cast: {"formats": ["pdf"]}),
    "reports:detail": Page(kwargs=arguments),
    "reports:fetch": Page(kwargs=archived),
    "reports:stamp": Page(
        kwargs=lambda cast: {"public_id": final(cast).public_id},
        post=lambda cast: {"file": SimpleUploadedFile("a.pdf", PDF, content_type="application/pdf")},
    ),
    "reports:make": Page(post=wanted),
    "reports:files_again": Page(kwargs=arguments),
    "api:report-detail": Page(kwargs=arguments),
}


def fill(cast: Cast) -> None:
    a_report(cast)
