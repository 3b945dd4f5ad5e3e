"""Promises are kept; a cadre lets a colleague write for them, and takes it back."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.core.refusals import Conflict
from apps.pairing.findings import Finding, refuse_if
from apps.pairing.models import Deputy, Promise

# No longer than a year at a time: who has moved on does not go on writing.
LONGEST = dt.timedelta(days=366)


@transaction.atomic
def keep_promise(*, promise: Promise, by: User) -> Promise:
    """Note that a promise was kept today. Raises Conflict where it already was."""
    current = Promise.objects.select_for_update().get(pk=promise.pk)
    if current.kept_on is not None:
        raise Conflict(_("这项承诺已经兑现。"), code="kept")
    current.kept_on = timezone.localdate()
    current.save(update_fields=["kept_on"])
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["kept_on"])
    return current


@transaction.atomic
def let_write(*, cadre: User, deputy: User, ends_on: dt.date) -> Deputy:
    """代录授权: `deputy` may write down the cadre's visits until that day. Raises Refused."""
    today = timezone.localdate()
    findings = []
    if deputy.pk == cadre.pk:
        findings.append(Finding("yourself", "deputy", _("代录人不能是自己。")))
    elif Permission.VISIT_LOG not in deputy.permissions:
        findings.append(Finding("no_grant", "deputy", _("该同事没有登记联系的授权。")))
    if not today <= ends_on <= today + LONGEST:
        findings.append(Finding("too_long", "ends_on", _("截止日期应在今天之后一年之内。")))
    refuse_if(findings)
    Deputy.objects.current(today).filter(cadre=cadre, deputy=deputy).delete()
    let = Deputy.objects.create(cadre=cadre, deputy=deputy, starts_on=today, ends_on=ends_on)
    record(AuditEvent.Action.GRANT, target=let, by=cadre, deputy=deputy.pk)
    return let


@transaction.atomic
def take_back(*, let: Deputy, by: User) -> None:
    """The colleague writes no more from now on; history keeps that they did."""
    record(AuditEvent.Action.END_GRANT, target=let, by=by, deputy=let.deputy_id)
    let.delete()
