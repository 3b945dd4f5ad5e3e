"""结对表, 走访台账 and 走访单位名单 as kinds of import: how each is read, entered and taken back, and what its pages say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.access import Permission
from apps.members.importing.closing import Why
from apps.members.importing.kinds import ImportKind, Left, Words, register
from apps.members.models import ImportBatch
from apps.members.naming import Naming
from apps.pairing.importing.columns import PAIRS, TARGETS, VISITS
from apps.pairing.importing.pairs import enter_pairs, try_pairs
from apps.pairing.importing.targets import enter_listed, try_targets, undo_targets
from apps.pairing.importing.undoing import closed_since, undo_pairs, undo_visits
from apps.pairing.importing.visits import enter_visits, try_visits
from apps.pairing.models import Pairing, Target, Visit

_SHOWN_LEFT = 200
_EDITED, _LINKED = _("导入后有修改"), _("已有联系或其他记录")
_REASONS: dict[Why, str | Promise] = {
    Why.EDITED: _EDITED,
    Why.LINKED: _LINKED,
    Why.UNKNOWN: _LINKED,
    Why.CLOSED: _("所属时段在导入后已封账，请逐条更正或作废并写明原因"),
}

_TARGET_REASONS: dict[Why, str | Promise] = _REASONS | {Why.LINKED: _("已经走访")}


@dataclass(frozen=True)
class ListKind:
    """What the upload page needs to know of a kind of list."""

    kind: ImportBatch.Kind
    words: Words
    template_url: str
    hint: str | Promise


PAIR_LISTS = ListKind(
    ImportBatch.Kind.PAIRS,
    Words(
        title=_("导入结对表"),
        upload_url="pairing:import_pairs",
        list_url="pairing:pairs",
        see=_("结对名册"),
        before=_("确认后写入下列结对；原有的结对照旧，不从导入起算三十天首次联系。"),
        nothing_new=_("表中没有需要新增的结对。"),
        undo=_("这次导入的结对将删除；导入后已结束或已有联系的保持不变，并逐条列出。"),
        removed_unit=_("对"),
    ),
    "pairing:import_pairs_template",
    _("要有成员姓名、结对干部、开始日期；同名的加乡镇、电话或出生年月。备注等其他列不读入、不保存。"),
)
LEDGERS = ListKind(
    ImportBatch.Kind.VISITS,
    Words(
        title=_("导入走访台账"),
        upload_url="pairing:import_visits",
        list_url="pairing:visits",
        see=_("联系记录"),
        before=_("确认后写入下列联系记录，标为“台账补录”；台账中的诉求只作为文字保留，不重新登记为事项。"),
        nothing_new=_("表中没有需要新增的联系记录。"),
        undo=_("这次导入的联系记录将删除；导入后更正或作废过的、所属时段已封账的保持不变，并逐条列出。"),
        removed_unit=_("条"),
    ),
    "pairing:import_visits_template",
    _(
        "要有日期、干部、走访对象（几位用“、”隔开，也可以写单位）或走访单位、方式；内容只记事，不评人，最多 300 字。备注等其他列不读入、不保存。"
    ),
)


TARGET_WORDS = Words(
    title=_("导入走访单位"),
    # A list belongs to a campaign: one begins there.
    upload_url="pairing:campaigns",
    list_url="pairing:campaigns",
    see=_("大走访"),
    before=_("确认后把下列单位加入走访名单；已在名单中的照旧。"),
    nothing_new=_("表中没有需要新增的走访单位。"),
    undo=_("这次导入的走访单位将移出名单；导入后已走访、改派或不再走访的保持不变，并逐条列出。"),
    removed_unit=_("家"),
)


def register_lists() -> None:
    register(
        ImportKind(
            code=ImportBatch.Kind.PAIRS,
            permission=Permission.PAIRING_MANAGE,
            words=PAIR_LISTS.words,
            trial=try_pairs,
            apply=enter_pairs,
            undo=undo_pairs,
            left=_left_pairs,
            vocabulary=PAIRS,
        )
    )
    register(
        ImportKind(
            code=ImportBatch.Kind.VISITS,
            permission=Permission.PAIRING_MANAGE,
            words=LEDGERS.words,
            trial=try_visits,
            apply=enter_visits,
            undo=undo_visits,
            left=_left_visits,
            vocabulary=VISITS,
            stays=_closed_visits,
        )
    )
    register(
        ImportKind(
            code=ImportBatch.Kind.TARGETS,
            permission=Permission.PAIRING_MANAGE,
            words=TARGET_WORDS,
            trial=try_targets,
            apply=enter_listed,
            undo=undo_targets,
            left=_left_targets,
            vocabulary=TARGETS,
        )
    )


def _left_pairs(why: dict[int, Why], user: User) -> Iterator[Left]:
    naming = Naming.of(user)
    seen = Pairing.objects.visible_to(user, Permission.PAIRING_VIEW).filter(pk__in=why)
    for pairing in seen.select_related("member").order_by("pk")[:_SHOWN_LEFT]:
        url = reverse("pairing:pair", args=[pairing.public_id])
        label = naming.label_of(pairing.member)
        yield Left(url, label, pairing.member.record_number, _REASONS[why[pairing.pk]])


def _left_visits(why: dict[int, Why], user: User) -> Iterator[Left]:
    seen = Visit.objects.visible_to(user, Permission.PAIRING_VIEW).filter(pk__in=why).order_by("pk")
    for visit in seen[:_SHOWN_LEFT]:
        url = reverse("pairing:visit", args=[visit.public_id])
        yield Left(url, visit.happened_on.isoformat(), visit.number, _REASONS[why[visit.pk]])


def _closed_visits(batch: ImportBatch, user: User) -> Iterator[Left]:
    return _left_visits(dict.fromkeys(closed_since(batch), Why.CLOSED), user)


def _left_targets(why: dict[int, Why], user: User) -> Iterator[Left]:
    seen = Target.objects.visible_to(user, Permission.PAIRING_VIEW).filter(pk__in=why).order_by("pk")
    for target in seen.select_related("campaign", "organization")[:_SHOWN_LEFT]:
        url = reverse("pairing:campaign", args=[target.campaign.public_id])
        yield Left(url, target.organization.name, target.campaign.number, _TARGET_REASONS[why[target.pk]])
