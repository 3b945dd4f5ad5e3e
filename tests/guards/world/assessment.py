import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.declaring import Declared, declare_figure
from apps.assessment.editing.working import copy_of, save
from apps.assessment.models import Indicator, LettersRequest, Result, Scheme, SurveyedOffice
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
      - {{name: 结对覆盖率, points: 50, rule: ratio, metric: pairing.coverage, target: 1.0}}
      - {{name: 满意度, points: 10, rule: survey, target: 0.9, minimum_answers: 10}}
      - {{name: 专项, points: 20, rule: manual}}
      - {{name: 创新, points: 20, rule: judged, judges: 1}}
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


def at_decided(cast: Cast) -> dict[str, Any]:
    scheme = opened()
    Scheme.objects.filter(pk=scheme.pk).update(state=Scheme.State.DECIDED)
    return {"code": scheme.code}


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


def at_letters(cast: Cast) -> dict[str, Any]:
    """Letters that a colleague of the office asked to print."""
    at_survey(cast)
    asker, _new = User.objects.get_or_create(username="asks_for_letters")
    surveyed = SurveyedOffice.objects.get(survey__indicator=survey_indicator(), office=cast.tree.town)
    request = LettersRequest.objects.create(surveyed=surveyed, asker=asker, persons=240)
    return {"code": "W-1", "pk": request.pk}


def in_two_weeks() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=14)


def at_survey(cast: Cast) -> dict[str, Any]:
    for number in range(12):
        cast.make_member(f"{CANARY}{chr(0x4E00 + number)}")
    open_survey(survey_indicator(), closes_on=in_two_weeks(), by=cast.office_admin)
    return before_survey(cast)


def at_part(kind: str) -> Any:
    """A part of the draft: its key is its row's id while nobody has edited."""

    def kwargs(cast: Cast) -> dict[str, Any]:
        draft = Scheme.objects.get(code=at_draft(cast)["code"])
        rows: Any = {
            "group": draft.groups,
            "section": draft.sections,
            "item": Indicator.objects.filter(section__scheme=draft),
        }
        return {
            "code": draft.code,
            "section" if kind == "new" else "key": str(rows["section" if kind == "new" else kind].first().pk),
        }

    return kwargs


def part_values(cast: Cast) -> dict[str, Any]:
    return {"revision": "0", "kind": "section", **at_part("section")(cast), "to": "up"}


EDITED_ITEM = {"revision": "0", "name": "专项", "points": "20", "rule": "manual"}
HEAD = {
    "revision": "0",
    "name": "方案",
    "year": "2026",
    "objection_workdays": "5",
    **dict.fromkeys(
        (
            *("open", "self_statement_from", "self_statement_until", "entry_deadline", "review_from"),
            *("review_until", "decision", "publish"),
        ),
        "2026-12-01",
    ),
}


def opened_with_change(cast: Cast) -> dict[str, Any]:
    """An open scheme with a changed working copy."""
    scheme = opened()
    copy = copy_of(scheme)
    if not copy.revision:
        changed = {**copy.document, "name": f"{CANARY}改名"}
        save(scheme, changed, revision=0, by=cast.owners[RoleName.OFFICE_ADMIN])
    return {"code": scheme.code}


PAGES = {
    "assessment:new": Page(
        post=lambda cast: {
            "code": "W-8",
            "name": "方案",
            "year": "2026",
            "assessed": "town",
            "office": cast.tree.county.pk,
        }
    ),
    "assessment:copy": Page(kwargs=at_scheme, post=lambda cast: {"code": "W-9", "year": "2030"}),
    "assessment:yaml": Page(kwargs=at_scheme),
    "assessment:xlsx": Page(kwargs=at_scheme),
    "assessment:versions": Page(kwargs=at_scheme),
    "assessment:version": Page(kwargs=lambda cast: {**at_scheme(cast), "number": 1}),
    "assessment:edit": Page(kwargs=at_draft),
    "assessment:move_part": Page(kwargs=at_draft, post=part_values),
    "assessment:copy_part": Page(kwargs=at_draft, post=part_values),
    "assessment:remove_part": Page(kwargs=at_draft, post=part_values),
    "assessment:discard_copy": Page(kwargs=at_draft),
    "assessment:delete_scheme": Page(kwargs=at_draft),
    "assessment:edit_head": Page(kwargs=at_draft, post=lambda cast: HEAD),
    "assessment:edit_grades": Page(
        kwargs=at_draft, post=lambda cast: {"revision": "0", "row-name-0": "合格", "row-at_least-0": "0"}
    ),
    "assessment:add_group": Page(kwargs=at_draft, post=lambda cast: {"revision": "0", "name": "二组"}),
    "assessment:edit_group": Page(
        kwargs=at_part("group"), post=lambda cast: {"revision": "0", "name": "二组"}
    ),
    "assessment:add_section": Page(
        kwargs=at_draft, post=lambda cast: {"revision": "0", "name": "部分", "part": "base", "points": "5"}
    ),
    "assessment:edit_section": Page(
        kwargs=at_part("section"),
        post=lambda cast: {"revision": "0", "name": "部分", "part": "base", "points": "5"},
    ),
    "assessment:add_item": Page(kwargs=at_part("new"), post=lambda cast: EDITED_ITEM),
    "assessment:edit_item": Page(kwargs=at_part("item"), post=lambda cast: EDITED_ITEM),
    "assessment:preview_item": Page(
        kwargs=at_draft, post=lambda cast: {**EDITED_ITEM, "key": at_part("item")(cast)["key"]}
    ),
    "assessment:trial": Page(kwargs=at_draft),
    "assessment:count_year": Page(kwargs=at_draft),
    "assessment:put_in_force": Page(
        kwargs=opened_with_change, post=lambda cast: {"revision": "1", "reason": "上级文件"}
    ),
    "assessment:surveys": Page(kwargs=at_scheme),
    "assessment:open_survey": Page(
        kwargs=before_survey, post=lambda cast: {"closes_on": str(in_two_weeks()), "percent": "100"}
    ),
    "assessment:close_survey": Page(kwargs=at_survey),
    "assessment:survey_letters": Page(
        kwargs=lambda cast: {**at_survey(cast), "office_code": cast.tree.town.code}
    ),
    "assessment:answer_letters": Page(kwargs=at_letters, post=lambda cast: {"answer": "agree"}),
    "assessment:scheme": Page(kwargs=at_scheme),
    "assessment:open": Page(kwargs=at_draft),
    "assessment:results": Page(kwargs=at_scheme),
    "assessment:export_scores": Page(kwargs=at_decided, post=lambda cast: {"format": "json"}),
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
