"""What merging two members does to sign-ups: both may have signed up for one event."""

from apps.activities.models import SignUp
from apps.members.merging import Changed
from apps.members.models import Member

LINKS = ("activities.SignUp.member",)

# Whether somebody came, as the name of a list of ids: what is stored of a merge holds no values.
_CAME = {"open": None, "absent": False, "came": True}


def move(duplicate: Member, kept: Member) -> Changed:
    """Sign-ups move. Of two for one event the kept one stays; it says that the person came where either said so."""
    mine = {s.activity_id: s for s in SignUp.objects.filter(member=kept)}
    changed: dict[str, list[list[int]]] = {name: [] for name in (*_CAME, *(f"was_{n}" for n in _CAME))}
    changed["moved"] = []
    for sign_up in SignUp.objects.filter(member=duplicate).order_by("pk"):
        if (same := mine.get(sign_up.activity_id)) is None:
            changed["moved"].append([sign_up.pk])
            continue
        changed[_state(sign_up)].append([sign_up.pk, sign_up.activity_id, sign_up.office_id])
        if sign_up.came is not None and not same.came and same.came != sign_up.came:
            changed[f"was_{_state(same)}"].append([same.pk])
            SignUp.objects.filter(pk=same.pk).update(came=sign_up.came)
        sign_up.delete()
    SignUp.objects.filter(pk__in=_flat(changed["moved"])).update(member=kept)
    return changed


def restore(duplicate: Member, kept: Member, changed: Changed) -> None:
    """The reverse. Lists die ninety days after the event: what went with one does not come back."""
    SignUp.objects.filter(pk__in=_flat(changed["moved"]), member=kept).update(member=duplicate)
    for name, came in _CAME.items():
        SignUp.objects.filter(pk__in=_flat(changed[f"was_{name}"]), member=kept).update(came=came)
        gone = changed[name]
        alive = set(
            SignUp.objects.filter(
                member=kept, activity__in=[activity for _pk, activity, _office in gone]
            ).values_list("activity_id", flat=True)
        )
        SignUp.objects.bulk_create(
            SignUp(pk=pk, activity_id=activity, office_id=office, member=duplicate, came=came)
            for pk, activity, office in gone
            if activity in alive
        )


def _state(sign_up: SignUp) -> str:
    return next(name for name, came in _CAME.items() if came is sign_up.came)


def _flat(rows: list[list[int]]) -> list[int]:
    return [pk for (pk,) in rows]
