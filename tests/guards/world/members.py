import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.members.actions import withdraw_member
from apps.members.erasing.leaving import ask_for_hold
from apps.members.going import say_gone
from apps.members.importing.batches import open_batch
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from apps.members.merges import Side, merge_members
from apps.members.models import (
    BulkMove,
    DuplicateCandidate,
    ErasureHold,
    ImportBatch,
    Member,
    Organization,
    OrganizationKind,
    RosterExport,
    SavedView,
)
from tests.fixtures.rosters import roster_file
from tests.guards.world import CANARY, Cast, Page


def fill(cast: Cast) -> None:
    Organization.objects.create(office=cast.tree.town, name=f"{CANARY}商会", kind=OrganizationKind.CHAMBER)
    _pending(cast)


def _pending(cast: Cast) -> Member:
    return Member.objects.create(
        name=f"{CANARY}待", office=cast.tree.town, status_since=dt.date(2026, 3, 1), phone="13812345678"
    )


def _member(cast: Cast) -> dict[str, Any]:
    return {"public_id": cast.member.public_id}


def _scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("sheet.pdf", b"%PDF-1.4 signed", content_type="application/pdf")


def _particulars(cast: Cast) -> dict[str, Any]:
    return {"name": "新成员", "office": cast.tree.town.pk, "categories": ["other"]}


def _batch(cast: Cast, state: str = "applied") -> dict[str, Any]:
    upload = Upload.read("roster.xlsx", ContentFile(roster_file([["姓名", "性别"], ["孙新", "男"]]).read()))
    owner = cast.owners[RoleName.OFFICE_ADMIN]
    summary = {"rows": 1, "new": 1, "updated": 0, "errors": [], "skips": [], "left_out": [], "active": 0}
    batch = open_batch(upload=upload, mapping=guess(upload), office=cast.tree.town, evidence=None, by=owner)
    ImportBatch.objects.filter(pk=batch.pk).update(
        file_name=f"{CANARY}.xlsx", summary=summary, state=state, applied_at=timezone.now()
    )
    return {"pk": batch.pk}


def _tried(cast: Cast) -> dict[str, Any]:
    return _batch(cast, "tried")


def _waiting(cast: Cast) -> dict[str, Any]:
    found = _batch(cast)
    Member.objects.filter(pk=_pending(cast).pk).update(batch=found["pk"])
    return found


def _organization(cast: Cast) -> dict[str, Any]:
    return {"public_id": Organization.objects.get(name=f"{CANARY}商会").public_id}


def _export(cast: Cast, asker: User, **fields: Any) -> dict[str, Any]:
    values = {
        "office": cast.tree.town,
        "stage": RosterExport.Stage.WAITING,
        "file_format": "xlsx",
        "purpose": "check",
        "persons": 300,
    }
    return {"public_id": RosterExport.objects.create(asker=asker, **{**values, **fields}).public_id}


def _agreed(cast: Cast) -> dict[str, Any]:
    word = {"decided_by": cast.neighbours[RoleName.OFFICE_ADMIN], "decided_at": timezone.now()}
    return _export(cast, cast.office_admin, stage=RosterExport.Stage.APPROVED, **word)


def _view(cast: Cast) -> dict[str, Any]:
    """Shared in the town, so that every reader there finds it."""
    owner = cast.owners[RoleName.OFFICE_ADMIN]
    view = SavedView.objects.create(
        name=f"{CANARY}表"[:20], owner=owner, office=cast.tree.town, is_shared=True
    )
    return {"public_id": view.public_id}


def _move(cast: Cast) -> dict[str, Any]:
    move = BulkMove.objects.create(office=cast.tree.town, by=cast.owners[RoleName.OFFICE_ADMIN])
    return {"public_id": move.public_id}


def _twin(cast: Cast) -> Member:
    """A pending registration of the member's own office that looks like the member."""
    return Member.objects.create(
        name=f"{CANARY}孪",
        office=cast.tree.town,
        entered_at=cast.tree.town,
        status_since=dt.date(2026, 3, 1),
        phone="13812345679",
    )


def _candidate(cast: Cast, state: str = "open") -> dict[str, Any]:
    first, second = sorted((cast.member, _twin(cast)), key=lambda member: member.pk)
    pair = DuplicateCandidate.objects.create(
        office=cast.tree.town,
        first=first,
        second=second,
        reasons=["same_name"],
        state=state,
        decided_at=None if state == "open" else timezone.now(),
    )
    return {"pk": pair.pk}


def _both(cast: Cast) -> dict[str, Any]:
    return {"public_id": cast.member.public_id, "other": _twin(cast).public_id}


def _merged(cast: Cast) -> dict[str, Any]:
    kept, twin = Member.objects.get(pk=cast.member.pk), _twin(cast)
    done = merge_members(
        kept=Side(member=kept, version=kept.version),
        duplicate=Side(member=twin, version=twin.version),
        from_duplicate=frozenset(),
        by=cast.owners[RoleName.OFFICE_ADMIN],
    )
    return {"pk": done.pk}


def _left(cast: Cast) -> Member:
    gone = cast.make_member(f"{CANARY}退")
    withdraw_member(member=gone, on=timezone.localdate(), by=None)
    return gone


def _gone(cast: Cast) -> dict[str, Any]:
    gone = cast.make_member(f"{CANARY}迁")
    by = cast.owners[RoleName.OFFICE_ADMIN]
    say_gone(member=gone, status=Member.Status.MOVED, on=dt.date(2026, 3, 2), by=by)
    return {"public_id": gone.public_id}


def _hold(cast: Cast) -> ErasureHold:
    return ask_for_hold(
        member=_left(cast),
        clause="dispute",
        ends_on=timezone.localdate() + dt.timedelta(days=90),
        by=cast.neighbours[RoleName.OFFICE_ADMIN],
    )


PAGES = {
    "members:duplicates": Page(),
    "members:duplicates_check": Page(post=lambda cast: {"name": "新成员", "phone": "13812345678"}),
    "members:duplicates_scan": Page(post=lambda cast: {}),
    "members:duplicates_different": Page(kwargs=_candidate, post=lambda cast: {}),
    "members:duplicates_again": Page(kwargs=lambda cast: _candidate(cast, "different"), post=lambda cast: {}),
    "members:merges": Page(),
    "members:undo_merge": Page(kwargs=_merged, post=lambda cast: {}),
    "members:merge": Page(kwargs=_both, post=lambda cast: {"kept_version": 1, "duplicate_version": 1}),
    "members:history": Page(kwargs=_member),
    "members:export": Page(post=lambda cast: {"purpose": "check", "file_format": "csv"}),
    "members:print": Page(post=lambda cast: {"purpose": "check", "file_format": "xlsx"}),
    "members:answer_export": Page(
        kwargs=lambda cast: _export(cast, cast.cadre), post=lambda cast: {"answer": "refuse"}
    ),
    "members:start_export": Page(kwargs=_agreed),
    "members:list": Page(post=lambda cast: {"q": "钱"}),
    "members:columns": Page(post=lambda cast: {"show_number": "on"}),
    "members:views": Page(post=lambda cast: {"name": "未联系"}),
    "members:forget_view": Page(kwargs=_view, post=lambda cast: {}),
    "members:move": Page(
        post=lambda cast: {"member": str(cast.member.public_id), "office": cast.tree.other_town.pk}
    ),
    "members:moved": Page(kwargs=_move),
    "members:undo_move": Page(kwargs=_move, post=lambda cast: {}),
    "members:letters": Page(post=lambda cast: {"member": str(_pending(cast).public_id)}),
    "members:new": Page(post=_particulars),
    "members:consent_text": Page(),
    "members:import": Page(
        post=lambda cast: {
            "office": cast.tree.town.pk,
            "roster": roster_file([["姓名", "性别"], ["孙新", "男"]]),
        }
    ),
    "members:imports": Page(),
    "members:import_template": Page(),
    "members:import_batch": Page(kwargs=_batch),
    "members:import_mapping": Page(
        kwargs=_tried,
        post=lambda cast: {"sheet": "0", "head_to": "0", "column_0": "name", "column_1": "gender"},
    ),
    "members:import_try": Page(kwargs=_tried),
    "members:apply_import": Page(kwargs=_tried),
    "members:undo_import": Page(kwargs=_batch),
    "members:import_evidence": Page(
        kwargs=_waiting, post=lambda cast: {"given_on": "2026-03-02", "scan": _scan(), "everybody": "on"}
    ),
    "members:detail": Page(kwargs=_member),
    "members:open": Page(kwargs=_member, post=lambda cast: {"purpose": "verify"}),
    "members:reveal_phone": Page(kwargs=_member, post=lambda cast: {"purpose": "visit"}),
    "members:reveal_email": Page(kwargs=_member, post=lambda cast: {"purpose": "visit"}),
    "members:edit": Page(
        kwargs=_member, post=lambda cast: {**_particulars(cast), "version": cast.member.version}
    ),
    "members:confirm": Page(
        kwargs=lambda cast: {"public_id": _pending(cast).public_id},
        post=lambda cast: {"how": "signed_sheet", "given_on": "2026-03-02", "scan": _scan()},
    ),
    "members:gone": Page(kwargs=_member, post=lambda cast: {"status": "moved", "on": "2026-03-02"}),
    "members:back": Page(kwargs=_gone, post=lambda cast: {}),
    "members:withdraw": Page(kwargs=_member, post=lambda cast: {"on": "2026-03-02"}),
    "api:member-detail": Page(kwargs=_member),
    "api:organization-detail": Page(kwargs=_organization),
    "members:leaving": Page(),
    "members:texts_due": Page(),
    "members:touched": Page(
        post=lambda cast: {
            "account": cast.cadre.username,
            "since": f"{timezone.localdate()}",
            "until": f"{timezone.localdate()}",
        }
    ),
    "members:hold": Page(
        kwargs=lambda cast: {"public_id": _left(cast).public_id},
        post=lambda cast: {"clause": "dispute", "ends_on": str(timezone.localdate() + dt.timedelta(days=90))},
    ),
    "members:agree_hold": Page(kwargs=lambda cast: {"pk": _hold(cast).pk}),
    "members:told_hold": Page(
        kwargs=lambda cast: {"pk": _hold(cast).pk}, post=lambda cast: {"told_on": str(timezone.localdate())}
    ),
    "members:contact": Page(kwargs=_member, post=lambda cast: {"contact_preference": "phone_only"}),
}
