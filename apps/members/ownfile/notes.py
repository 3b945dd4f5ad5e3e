"""七日告知: a week after registration the member is told how to read, correct and leave; and who has to be asked again.

In the own file the note stands from that day. With an e-mail address (and a mail server) it is mailed; everybody else
is on the office's list of letters to print.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.crypto import CryptoError
from apps.core.fields import readable
from apps.members.consent_text import CURRENT_VERSION
from apps.members.models import Consent, Member, WayOutNote
from apps.members.ownfile.codes import code_by_mail

if TYPE_CHECKING:
    from apps.jobs.running import Work

log = structlog.get_logger(__name__)

NOTE_AFTER = dt.timedelta(days=7)
# Who was registered longer ago than this, before there was a note, is not written to now.
NOTE_UNTIL = dt.timedelta(days=60)
LETTERS_AT_ONCE = 50


def run(work: "Work") -> dict[str, Any]:
    """Each morning."""
    return write_notes(timezone.localdate())


def write_notes(today: dt.date) -> dict[str, Any]:
    """A note for each member registered a week ago: by letter first, all in one statement; then those with an address by mail."""
    due = Member.objects.active().filter(
        status_since__lte=today - NOTE_AFTER, status_since__gt=today - NOTE_UNTIL, way_out_note=None
    )
    fresh = list(due.values_list("pk", flat=True))
    WayOutNote.objects.bulk_create(
        [WayOutNote(member_id=pk, due_on=today, how=WayOutNote.How.LETTER) for pk in fresh],
        ignore_conflicts=True,
        batch_size=2_000,
    )
    mailed = sum(_mail(note, today) for note in _with_address(fresh)) if _mail_is_possible() else 0
    return {"letters": len(fresh) - mailed, "mailed": mailed}


def _mail_is_possible() -> bool:
    return bool(settings.EMAIL_HOST and settings.PUBLIC_URL)


def _with_address(members: list[int]) -> list[WayOutNote]:
    notes = WayOutNote.objects.filter(member__in=members, sent_on=None).select_related("member")
    return [note for note in notes if readable(note.member, "email")]


def _mail(note: WayOutNote, today: dt.date) -> bool:
    """Whether it went; what did not go stays a letter to print. The subject says nothing of a person or a list."""
    try:
        with transaction.atomic():
            code = code_by_mail(note.member)
            send_mail(
                _("登记满七天的告知"), _body(code), settings.DEFAULT_FROM_EMAIL, [str(note.member.email)]
            )
            note.how, note.sent_on = WayOutNote.How.EMAIL, today
            note.save(update_fields=["how", "sent_on"])
    except (OSError, CryptoError) as error:
        log.warning("way_out_note_not_mailed", why=type(error).__name__)
        return False
    return True


def _body(code: str) -> str:
    link = f"{settings.PUBLIC_URL}{reverse('open_link', args=[f'my-{code}'])}"
    return "\n".join(
        [
            _("您好：您的登记已满七天。"),
            _("您可以随时查看、更正登记的内容，查看谁看过，选择少联系，或者退出登记。"),
            _("不需要理由，不影响审批、补贴、评优、提名。"),
            "",
            link,
            "",
            _("打开后请填写您的出生年月或登记手机号码后四位。链接九十天内有效。不打开也没有任何影响。"),
        ]
    )


# -- the office's lists -------------------------------------------------------------------------------------


def letters_to_print(members: Any) -> Any:
    """Those of these members whose letter waits, by office and name."""
    waiting = members.active().filter(way_out_note__sent_on=None, way_out_note__how=WayOutNote.How.LETTER)
    return waiting.select_related("office").order_by("office_path", "pinyin", "pk")


@transaction.atomic
def take_letters(members: Any) -> list[Member]:
    """The next letters, off the list: whoever takes them prints them."""
    taken = list(letters_to_print(members)[:LETTERS_AT_ONCE])
    WayOutNote.objects.filter(member__in=taken, sent_on=None).update(sent_on=timezone.localdate())
    return taken


def to_ask_again(members: Any) -> Any:
    """Active members whose consent is to an earlier text."""
    current = Consent.objects.filter(member=OuterRef("pk"), withdrawn_on=None, text_version=CURRENT_VERSION)
    return members.active().filter(~Exists(current))
