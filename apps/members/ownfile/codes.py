"""Codes that open the own file once: twelve letters and digits on a letter, in a link, or kept by the member.

A used or dead code becomes another random mark, so that no table and no page says whether a member came.
"""

import datetime as dt
import re
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.crypto import CryptoError, blind_index
from apps.core.refusals import Refusal
from apps.members.merges import standing_for
from apps.members.models import Member, OwnFileCode

# Without 0 O 1 I L: read aloud and typed from paper. Twelve of them are 59 bits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH, GROUP = 12, 4
MOST_WRONG = 5
LETTER_LIFE = dt.timedelta(days=90)
OWN_LIFE = dt.timedelta(days=365)
_PURPOSE = "own_file.code"


class CodeRefused(Refusal):
    """Wrong, used up, run out, or the second answer did not fit: one sentence for all of them."""

    code = "own_code"

    def __init__(self) -> None:
        super().__init__(_("自助码或核对信息不正确，或信函已失效。如需新的信函，请与联系您的单位联系。"))


@transaction.atomic
def code_by_letter(*, member: Member, by: User) -> tuple[OwnFileCode, str]:
    """A new code for a letter that the office hands over; the letter before it is dead. Shown once, kept as a hash."""
    row, code = _new(member, OwnFileCode.Via.LETTER, LETTER_LIFE, by)
    record(AuditEvent.Action.INVITE, target=member, by=by, what="own_file_letter")
    return row, code


def code_by_mail(member: Member) -> str:
    """For the note that the system mails by itself."""
    return _new(member, OwnFileCode.Via.LETTER, LETTER_LIFE, None)[1]


def code_for_next_time(member: Member) -> tuple[OwnFileCode, str]:
    """What the member takes along to come back without asking anybody."""
    return _new(member, OwnFileCode.Via.OWN, OWN_LIFE, None)


def _new(member: Member, via: str, life: dt.timedelta, by: User | None) -> tuple[OwnFileCode, str]:
    code = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
    today = timezone.localdate()
    values = {
        "mark": blind_index(code, _PURPOSE),
        "made_on": today,
        "made_by": by,
        "last_day": today + life,
        "wrong": 0,
    }
    row, _made = OwnFileCode.objects.update_or_create(member=member, via=via, defaults=values)
    return row, grouped(code)


def grouped(code: str) -> str:
    """ABCD-EFGH-JKMN, as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def plain(typed: str) -> str:
    """Without what was typed between the groups, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper())


def redeem(*, code: str, proof: str) -> Member:
    """Use a code up: gives whose file it opens. `proof`: year and month of birth, or the phone's last four digits.

    Raises CodeRefused; a wrong proof counts against the code even so.
    """
    with transaction.atomic():
        row = _live(plain(code))
        member = standing_for(row.member) if row else None
        fits = member is not None and proves(member, proof)
        if row and fits:
            _use_up(row)
        elif row:
            _count_wrong(row)
    if member is None or not fits:
        raise CodeRefused
    return member


def _live(code: str) -> OwnFileCode | None:
    if len(code) != LENGTH:
        return None
    rows = OwnFileCode.objects.select_for_update(of=("self",)).select_related("member__office")
    row = rows.filter(mark=blind_index(code, _PURPOSE), last_day__gte=timezone.localdate()).first()
    return row if row and row.wrong < MOST_WRONG else None


def _use_up(row: OwnFileCode) -> None:
    OwnFileCode.objects.filter(pk=row.pk).update(mark=_nobodys(), wrong=0)


def _count_wrong(row: OwnFileCode) -> None:
    if row.wrong + 1 >= MOST_WRONG:
        _use_up(row)
    else:
        OwnFileCode.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)


def _nobodys() -> str:
    return secrets.token_hex(32)


def proves(member: Member, proof: str) -> bool:
    """Whether the second answer is the member's; with neither birth nor phone in the file none is asked."""
    known = set(_answers(member))
    typed = re.sub(r"\D", "", proof)
    return not known or typed in known


def _answers(member: Member) -> list[str]:
    found = [f"{member.birth_month:%Y%m}"] if member.birth_month else []
    try:
        phone = str(member.phone)
    except CryptoError:
        phone = ""
    return found + ([phone[-4:]] if len(phone) >= 4 else [])
