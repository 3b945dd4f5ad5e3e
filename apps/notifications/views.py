import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.fields import readable
from apps.core.links import address_of
from apps.core.pages import page_or_fragment, wants_fragment
from apps.core.paging import list_page
from apps.core.workdays import WorkCalendar
from apps.notifications.calendar import entries_of, span_of, weeks_of
from apps.notifications.feeds import end_feed, new_feed
from apps.notifications.forms import MailForm
from apps.notifications.mail import mail_is_set_up
from apps.notifications.models import CalendarLink, MailSetting, Notification


@requires(Permission.OWN_ACCOUNT)
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """消息中心: what I was told, newest first."""
    mine = Notification.objects.of(request.user).order_by("-pk")
    unread_only = request.GET.get("state") == "unread"
    context = {"page": list_page(request, mine.unread() if unread_only else mine), "unread_only": unread_only}
    return page_or_fragment(request, "notifications/inbox.html", "notifications/_rows.html", context)


@requires(Permission.OWN_ACCOUNT)
@require_safe
def bell(request: SignedInRequest) -> HttpResponse:
    """The number in the top bar again: asked for when the window is looked at, never by a clock.

    A clock would keep the session of a forgotten window alive.
    """
    if not wants_fragment(request):
        return redirect("notifications:inbox")
    response = TemplateResponse(request, "notifications/_bell.html")
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.OWN_ACCOUNT)
@require_POST
def follow(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Open what a message is about; that marks it read."""
    message = get_object_or_404(Notification.objects.of(request.user), public_id=public_id)
    Notification.objects.filter(pk=message.pk).mark_read()
    return redirect(message.link or "notifications:inbox")


@requires(Permission.OWN_ACCOUNT)
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    Notification.objects.of(request.user).mark_read()
    return redirect("notifications:inbox")


@requires(Permission.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def mail(request: SignedInRequest) -> HttpResponse:
    """邮件提醒: on or off, and where to."""
    setting = MailSetting.objects.filter(user=request.user).first()
    initial = {"is_wanted": setting.is_wanted, "address": readable(setting, "address")} if setting else {}
    form = MailForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        setting = setting or MailSetting(user=request.user)
        setting.is_wanted, setting.address = form.cleaned_data["is_wanted"], form.cleaned_data["address"]
        setting.save()
        messages.success(request, _("已保存。"))
        return redirect("notifications:inbox")
    context = {"form": form, "is_set_up": mail_is_set_up()}
    return TemplateResponse(request, "notifications/mail.html", context, status=422 if form.errors else 200)


# -- calendar --------------------------------------------------------------------------------------------------------


@requires(Permission.OFFICE_VIEW)
@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """Everything with a date, a month a page: `?month=2026-11`."""
    today = timezone.localdate()
    month = _month(request.GET.get("month", ""), today)
    first, last = span_of(month)
    entries = entries_of(request.user, first, last)
    workdays = WorkCalendar()
    context = {
        "month": month,
        "earlier": month - dt.timedelta(days=1),
        "later": month + dt.timedelta(days=32),
        "today": today,
        "weeks": weeks_of(month, entries, today, lambda day: not workdays.is_workday(day)),
        "is_estimated": workdays.is_estimated(month),
        "has_feed": CalendarLink.objects.filter(user=request.user).exists(),
    }
    return TemplateResponse(request, "notifications/calendar.html", context)


def _month(typed: str, today: dt.date) -> dt.date:
    """The first day of the month asked for; nonsense gives this month."""
    try:
        return dt.datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return today.replace(day=1)


@requires(Permission.OFFICE_VIEW)
@require_POST
@sensitive_variables("secret")
def subscribe(request: SignedInRequest) -> HttpResponse:
    """A fresh address for a phone, shown once."""
    secret = new_feed(request.user)
    return TemplateResponse(request, "notifications/feed.html", {"link": address_of(request, secret)})


@requires(Permission.OFFICE_VIEW)
@require_POST
def unsubscribe(request: SignedInRequest) -> HttpResponse:
    end_feed(request.user)
    messages.success(request, _("订阅地址已失效。"))
    return redirect("notifications:calendar")
