"""结对覆盖与均衡: by office, each figure with the list behind it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.small_numbers import few, is_few, own_paths
from apps.offices.choices import chosen_office, office_choices
from apps.offices.models import Office
from apps.pairing.balance import Asleep, Balance, balances
from apps.pairing.forms import PairFilter

# Figures of people; the rest are of cadres, who hold an office.
PEOPLE = ("pairs", "unpaired", *(str(which) for which in Asleep))


@requires(Permission.PAIRING_VIEW)
@require_safe
def coverage(request: SignedInRequest) -> HttpResponse:
    """One office and those right below it."""
    user = request.user
    choices = office_choices(user, Permission.PAIRING_VIEW)
    form = PairFilter(request.GET, offices=choices)
    del form.fields["state"], form.fields["cadre"]
    form.is_valid()
    office = _office(user, form.cleaned_data.get("office") or "", choices)
    whole, below, cadres = balances(office, user, timezone.localdate())
    own = own_paths(user, Permission.PAIRING_VIEW)
    manages = user.may(Permission.PAIRING_MANAGE, office)
    context = {
        "form": form,
        "office": office,
        "whole": _shown(whole, own),
        "rows": [_shown(row, own) for row in below],
        "may_manage": manages,
        "over": [cadre for cadre in cadres if cadre.is_over] if manages else [],
        "without": [cadre for cadre in cadres if not cadre.held] if manages else [],
    }
    return render(request, "pairing/coverage.html", context)


def _office(user: User, code: str, choices: list[tuple[str, str]]) -> Office:
    office = chosen_office(user, Permission.PAIRING_VIEW, code or (choices[0][0] if choices else ""))
    if office is None:
        raise Http404
    return office


def _shown(balance: Balance, own: frozenset[str]) -> dict[str, Any]:
    """The figures as they may be shown: fewer than five people are hidden outside the own office."""
    hides = balance.office.path not in own
    figures = {
        name: few() if hides and is_few(getattr(balance, name)) else getattr(balance, name) for name in PEOPLE
    }
    return {"balance": balance, "office": balance.office, **figures}
