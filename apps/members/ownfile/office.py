"""The office's side: corrections to decide, letters to print, and who has to be asked again."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.contacts import mask_email, mask_phone
from apps.core.fields import readable
from apps.core.forms import show_refusal
from apps.core.links import address_of
from apps.core.listed import listed
from apps.core.paging import list_page
from apps.core.qr import picture
from apps.core.refusals import Refusal
from apps.core.wording import validate_wording
from apps.members.models import Category, Correction, Member
from apps.members.naming import may_open
from apps.members.ownfile import codes, corrections, notes
from apps.members.ownfile.entrance import WORD
from apps.members.views.people import find_member

manage = requires(Permission.MEMBER_MANAGE)


class AnswerForm(forms.Form):
    """Why the file stays as it is."""

    answer = forms.CharField(
        label=gettext_lazy("不更正的理由"),
        max_length=300,
        validators=[validate_wording],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


# -- corrections --------------------------------------------------------------------------------------------


def corrections_seen_by(user: Any) -> Any:
    """Those of members whose registry the user keeps."""
    kept = Member.objects.visible_to(user, Permission.MEMBER_MANAGE)
    return Correction.objects.filter(member__in=kept).select_related("member__office", "decided_by")


@manage
@require_safe
@never_cache
def correction_list(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    waiting = corrections_seen_by(request.user).filter(state=Correction.State.OPEN)
    page = list_page(request, waiting.order_by("asked_on", "pk"))
    return render(request, "ownfile/corrections.html", {"page": page})


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def correction(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One: what stands in the file, what the member wants, and the answer. POST answers why not."""
    found = get_object_or_404(corrections_seen_by(request.user), public_id=public_id)
    if not may_open(request.user, found.member):
        return redirect("members:detail", found.member.public_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            corrections.answer_correction(
                correction=found, answer=form.cleaned_data["answer"], by=request.user
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已答复，成员可以看到"))
            return redirect("members:corrections")
    record(AuditEvent.Action.READ, target=found.member, by=request.user)
    context = {
        "correction": found,
        "member": found.member,
        "stands": stands(found),
        "wanted": corrections.told(found) if found.state == Correction.State.OPEN else "",
        "form": form,
    }
    return render(request, "ownfile/correction.html", context, status=422 if form.errors else 200)


@manage
@require_POST
def apply_correction(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """It stands in the file from now on."""
    found = get_object_or_404(corrections_seen_by(request.user), public_id=public_id)
    try:
        corrections.apply_correction(correction=found, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已更正"))
    return redirect("members:corrections")


def stands(found: Correction) -> str:
    """What the file says in that field now; numbers and addresses masked."""
    member, field = found.member, found.field
    if field == Correction.Field.POSTS:
        posts = member.appointments.filter(ends_on=None).select_related("organization")
        return listed(f"{post.organization.name} {post.title}".strip() for post in posts)
    if field == Correction.Field.CATEGORIES:
        words = dict(Category.choices)
        return listed(words[one] for one in member.categories)
    if field == Correction.Field.BIRTH_MONTH:
        return f"{member.birth_month:%Y-%m}" if member.birth_month else ""
    if field in (Correction.Field.PHONE, Correction.Field.EMAIL):
        value = readable(member, field)
        mask = mask_phone if field == Correction.Field.PHONE else mask_email
        return mask(value) if value else ""
    return str(member.get_gender_display() if field == Correction.Field.GENDER else member.name)


# -- letters ------------------------------------------------------------------------------------------------


@manage
@require_POST
@never_cache
@sensitive_variables("letter")
def own_letter(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The letter with which one member opens the own file; the code is shown this once."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    back = reverse("members:detail", args=[public_id])
    if member.status == Member.Status.DECEASED:
        messages.error(request, _("这名成员已去世，不再制作自助信函"))
        return redirect(back)
    return render(request, "ownfile/letters.html", {"letters": [_letter(request, member)], "back": back})


@manage
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("letters")
def letters_due(request: SignedInRequest) -> HttpResponse:
    """七日告知: who has no e-mail address and gets a letter. POST makes the letters of one page and takes them off."""
    members = Member.objects.visible_to(request.user, Permission.MEMBER_MANAGE)
    due = notes.letters_to_print(members)
    if request.method == "POST":
        taken = notes.take_letters(members)
        letters = [_letter(request, member) for member in taken]
        context = {"letters": letters, "back": reverse("members:letters_due")}
        return render(request, "ownfile/letters.html", context)
    page = list_page(request, due)
    return render(request, "ownfile/letters_due.html", {"page": page, "most": notes.LETTERS_AT_ONCE})


@manage
@require_safe
@never_cache
def ask_again(request: SignedInRequest) -> HttpResponse:
    """Whose consent is to a text that has changed since."""
    members = Member.objects.visible_to(request.user, Permission.MEMBER_MANAGE)
    page = list_page(request, notes.to_ask_again(members).select_related("office").order_by("pinyin", "pk"))
    return render(request, "ownfile/ask_again.html", {"page": page})


def _letter(request: SignedInRequest, member: Member) -> dict[str, Any]:
    row, code = codes.code_by_letter(member=member, by=request.user)
    link = address_of(request, f"{WORD}-{code}")
    return {
        "member": member,
        "row": row,
        "code": code,
        "address": address_of(request, WORD),
        "qr": picture(link),
    }
