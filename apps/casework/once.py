"""A form that is sent twice enters one case: the page gives it the number that the case will have."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.casework.models import Case
from apps.core.refusals import Conflict
from apps.members.models import Member


class OnceForm(forms.Form):
    """Carries the number; one that came without it is a new case each time."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_public_id(self) -> uuid.UUID:
        return self.cleaned_data["public_id"] or uuid.uuid4()


def enter_once(
    enter: Callable[..., Case], *, public_id: uuid.UUID, by: User | None, member: Member | None, **said: Any
) -> Case:
    """What `enter` enters; where it was entered under this number before, that case. Raises Conflict where it is another."""
    try:
        with transaction.atomic():
            return enter(public_id=public_id, member=member, **said)
    except IntegrityError:
        known = Case.objects.filter(public_id=public_id).first()
        if known is None:
            raise
        asked = (said["kind"], said["text"], member and member.pk, by and by.pk)
        if (known.kind, known.text, known.member_id, known.entered_by_id) != asked:
            raise Conflict(
                _("这张表单已经提交过另一件事，请刷新页面后重新填写。"), code="other_case"
            ) from None
        return known
