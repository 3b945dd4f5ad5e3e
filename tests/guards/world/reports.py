from apps.assessment.models import Scheme
from apps.reports.models import Report
from tests.guards.world import CANARY, Cast, Page


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


PAGES = {
    "reports:make": Page(post=wanted),
    "reports:files_again": Page(kwargs=arguments),
    "api:report-detail": Page(kwargs=arguments),
}


def fill(cast: Cast) -> None:
    a_report(cast)
