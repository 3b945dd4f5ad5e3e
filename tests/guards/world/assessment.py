import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.roles import RoleName
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.declaring import Declared, declare_figure
from apps.assessment.models import Indicator, Result, Scheme
from apps.assessment.rollup import roll_up
from apps.assessment.surveys.asking import open_survey
from apps.pairing.models import Pairing
from tests.guards.world import CANARY, Cast, Page

# The assessment of 甲县's towns: 乙县 has nothing to do with it. Open for declarations whatever today is.
SCHEME = """
code: {code}
name: {canary}考核
year: {year}
assessed: town
groups: [{{name: 全部, offices: ["990001100", "990001101"]}}]
calendar: {{open: {year}-01-15, entry_deadline: {next}-01-05, self_statement: {year}-12-10/{next}-01-05,
           review: {next}-01-06/{next}-01-15, objection_workdays: 5, decision: {next}-01-26, publish: {next}-01-31}}
grades: [{{name: 合格, at_least: 0}}]
indicators:
  - name: 一、工作
    points: 100
    items:
      - {{name: 结对覆盖率, points: 70, rule: ratio, metric: pairing.coverage, target: 1.0}}
      - {{name: 满意度, points: 10, rule: survey, target: 0.9, minimum_answers: 10}}
      - {{name: 专项, points: 20, rule: manual}}
  - {{name: 加分项, bonus: true, cap: 5, items: [{{name: 现场会, rule: per_item, declared: true, each: 1}}]}}
"""


def scheme_file(code: str) -> bytes:
    year = timezone.localdate().year
    return SCHEME.format(code=code, canary=CANARY, year=year, next=year + 1).encode()


def opened() -> Scheme:
    made = adopt_scheme(scheme_file("W-1"), by=None)
    open_scheme(made, by=None)
    return made


def fill(cast: Cast) -> None:
    opened()
    Pairing.objects.get_or_create(
        member=cast.member,
        defaults={"office": cast.tree.town, "cadre": cast.cadre, "started_on": dt.date(2026, 1, 1)},
    )
    roll_up(timezone.localdate().year)


def at_scheme(cast: Cast) -> dict[str, Any]:
    return {"code": opened().code}


def at_draft(cast: Cast) -> dict[str, Any]:
    return {"code": adopt_scheme(scheme_file("W-2"), by=None).code}


def at_office(cast: Cast) -> dict[str, Any]:
    return {"code": "W-1", "office_code": cast.tree.town.code}


def at_indicator(name: str) -> Any:
    def kwargs(cast: Cast) -> dict[str, Any]:
        found = Indicator.objects.get(name=name, section__scheme__code="W-1")
        return {**at_office(cast), "indicator": found.pk}

    return kwargs


def at_declared(cast: Cast) -> dict[str, Any]:
    indicator = Indicator.objects.get(name="现场会", section__scheme__code="W-1")
    town = cast.tree.town
    row = declare_figure(indicator, town, Declared(Decimal(1)), by=cast.owners[RoleName.SYSTEM_ADMIN])
    return {"pk": row.pk}


def before_survey(cast: Cast) -> dict[str, Any]:
    return {"code": "W-1", "indicator": survey_indicator().pk}


def survey_indicator() -> Indicator:
    return Indicator.objects.select_related("section__scheme__office").get(
        name="满意度", section__scheme__code="W-1"
    )


def in_two_weeks() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=14)


def at_survey(cast: Cast) -> dict[str, Any]:
    for number in range(12):
        cast.make_member(f"{CANARY}{chr(0x4E00 + number)}")
    open_survey(survey_indicator(), closes_on=in_two_weeks(), by=cast.office_admin)
    return before_survey(cast)


PAGES = {
    "assessment:surveys": Page(kwargs=at_scheme),
    "assessment:open_survey": Page(
        kwargs=before_survey, post=lambda cast: {"closes_on": str(in_two_weeks()), "percent": "100"}
    ),
    "assessment:close_survey": Page(kwargs=at_survey),
    "assessment:survey_letters": Page(
        kwargs=lambda cast: {**at_survey(cast), "office_code": cast.tree.town.code}
    ),
    "assessment:scheme": Page(kwargs=at_scheme),
    "assessment:open": Page(kwargs=at_draft),
    "assessment:results": Page(kwargs=at_scheme),
    "assessment:declared": Page(kwargs=at_scheme),
    "assessment:result": Page(kwargs=at_office),
    "assessment:metric": Page(
        kwargs=lambda cast: {"metric_code": "pairing.coverage", "office_code": cast.tree.town.code}
    ),
    "assessment:import": Page(
        post=lambda cast: {"file": SimpleUploadedFile("scheme.yaml", scheme_file("W-3"))}
    ),
    "assessment:declare": Page(kwargs=at_indicator("现场会"), post=lambda cast: {"numerator": "1"}),
    "assessment:verdict": Page(
        kwargs=at_indicator("专项"), post=lambda cast: {"outcome": "met", "reason": "验收意见"}
    ),
    "assessment:review": Page(kwargs=at_declared, post=lambda cast: {"verdict": "confirm"}),
    "api:scheme-detail": Page(kwargs=at_scheme),
    "api:result-detail": Page(kwargs=lambda cast: {"pk": Result.objects.order_by("office__path")[0].pk}),
}
