"""The pages of a round of assessment; the scheme is that of `assessment`."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.assessment.models import (
    Examiner,
    Group,
    Indicator,
    Mark,
    Objection,
    Publication,
    RoundStep,
    Scheme,
    SelfStatement,
    StatementFile,
)
from apps.assessment.rounds import stating
from apps.assessment.rounds.freezing import sha256_of
from apps.assessment.rounds.snapshots import take
from apps.assessment.scoring import score_scheme
from tests.guards.world import CANARY, Cast, Page
from tests.guards.world.assessment import at_indicator, at_office, at_scheme, opened


def in_state(state: Scheme.State) -> Scheme:
    """W-1 in some state of its round, its days of statement today, with results."""
    made = opened()
    today = timezone.localdate()
    Scheme.objects.filter(pk=made.pk).update(
        state=state, statement_from=today, statement_until=today, entry_deadline=today
    )
    made.refresh_from_db()
    return made


def at_step(state: Scheme.State) -> Any:
    def kwargs(cast: Cast) -> dict[str, Any]:
        return {"code": in_state(state).code}

    return kwargs


def at_statement(cast: Cast) -> dict[str, Any]:
    in_state(Scheme.State.OPEN)
    return at_office(cast)


def at_evidence(cast: Cast) -> dict[str, Any]:
    scheme = in_state(Scheme.State.OPEN)
    SelfStatement.objects.filter(scheme=scheme).update(state="draft", submitted_at=None, submitted_by=None)
    StatementFile.objects.all().delete()
    found = Indicator.objects.get(name="专项", section__scheme=scheme)
    scan = SimpleUploadedFile(f"{CANARY}.pdf", b"%PDF-1.4")
    kept = stating.add_file(scheme, cast.tree.town, found, scan, by=cast.cadre)
    return {"public_id": kept.file.public_id}


def at_mark(cast: Cast) -> dict[str, Any]:
    scheme = in_state(Scheme.State.REVIEW)
    Examiner.objects.get_or_create(
        group=scheme.groups.get(),
        task="judge",
        user=cast.owners[RoleName.ASSESSOR],
        defaults={"named_by": cast.office_admin},
    )
    Mark.objects.all().delete()
    return at_indicator("创新")(cast)


def in_objection() -> Scheme:
    scheme = in_state(Scheme.State.OBJECTION)
    RoundStep.objects.create(scheme=scheme, was="review", became="objection")
    return scheme


def at_object(cast: Cast) -> dict[str, Any]:
    in_objection()
    Objection.objects.all().delete()
    return at_indicator("专项")(cast)


def at_objection(cast: Cast) -> dict[str, Any]:
    place = at_object(cast)
    row = Objection.objects.create(
        indicator_id=place["indicator"],
        office=cast.tree.town,
        text=CANARY,
        filed_by=cast.cadre,
        filed_at=timezone.now(),
    )
    return {"pk": row.pk}


def at_decision(cast: Cast) -> dict[str, Any]:
    score_scheme(in_objection(), today=timezone.localdate())
    return at_office(cast)


def published() -> Scheme:
    """Something to verify and to correct; the state stays behind, so that other pages can move on."""
    scheme = in_state(Scheme.State.OPEN)
    score_scheme(scheme, today=timezone.localdate())
    if not Publication.objects.filter(scheme=scheme).exists():
        snapshot = take(scheme)
        Publication.objects.create(
            scheme=scheme,
            number=1,
            published_on=timezone.localdate(),
            published_by=User.objects.order_by("pk")[0],
            snapshot=snapshot,
            sha256=sha256_of(snapshot),
        )
    return scheme


def at_version(cast: Cast) -> dict[str, Any]:
    return {"code": published().code, "number": 1}


def at_correction(cast: Cast) -> dict[str, Any]:
    published()
    return at_indicator("专项")(cast)


def examiners_of_the_group(cast: Cast) -> dict[str, Any]:
    return {
        "group": Group.objects.get(scheme__code="W-1").pk,
        "task": "judge",
        "users": [cast.owners[RoleName.ASSESSOR].pk],
    }


def at_sheet(cast: Cast) -> dict[str, Any]:
    at_mark(cast)
    return {"code": "W-1", "judge": cast.owners[RoleName.ASSESSOR].pk}


PAGES = {
    "assessment:round": Page(kwargs=at_scheme),
    "assessment:step": Page(kwargs=at_step(Scheme.State.OPEN), post=lambda cast: {"became": "review"}),
    "assessment:missing": Page(kwargs=at_step(Scheme.State.OPEN)),
    "assessment:remind": Page(kwargs=at_scheme),
    "assessment:frozen": Page(kwargs=at_scheme),
    "assessment:freeze_again": Page(kwargs=at_scheme, post=lambda cast: {"reason": "更正后重新封存"}),
    "assessment:examiners": Page(kwargs=at_step(Scheme.State.OPEN), post=examiners_of_the_group),
    "assessment:judging": Page(kwargs=at_scheme),
    "assessment:grid": Page(kwargs=at_step(Scheme.State.OPEN)),
    "assessment:grid_export": Page(kwargs=at_step(Scheme.State.OPEN)),
    "assessment:grid_enter": Page(kwargs=at_step(Scheme.State.OPEN), post=lambda cast: {"ticket": "0"}),
    "assessment:signature_sheet": Page(kwargs=at_sheet),
    "assessment:objections": Page(kwargs=at_scheme),
    "assessment:decision": Page(kwargs=at_scheme),
    "assessment:publications": Page(kwargs=at_scheme),
    "assessment:verify": Page(kwargs=at_version),
    "assessment:snapshot": Page(kwargs=at_version),
    "assessment:statement": Page(kwargs=at_statement, post=lambda cast: {"save": "1"}),
    "assessment:call_back": Page(kwargs=at_statement),
    "assessment:add_evidence": Page(
        kwargs=at_indicator("专项"),
        post=lambda cast: {"file": SimpleUploadedFile("scan.pdf", b"%PDF-1.4")},
    ),
    "assessment:evidence": Page(kwargs=at_evidence),
    "assessment:remove_evidence": Page(kwargs=at_evidence),
    "assessment:examine": Page(kwargs=at_office),
    "assessment:mark": Page(kwargs=at_mark, post=lambda cast: {"points": "12", "reason": "做法清楚"}),
    "assessment:object": Page(kwargs=at_object, post=lambda cast: {"text": "材料未计入"}),
    "assessment:objection": Page(
        kwargs=at_objection, post=lambda cast: {"outcome": "maintained", "answer": "已核对"}
    ),
    "assessment:withdraw_objection": Page(kwargs=at_objection),
    "assessment:decide": Page(kwargs=at_decision, post=lambda cast: {"grade": ""}),
    "assessment:correct": Page(kwargs=at_correction, post=lambda cast: {"points": "7", "reason": "复查更正"}),
}
