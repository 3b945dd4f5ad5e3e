"""节假日安排: what is published and what was entered, year by year."""

import datetime as dt

from chinese_calendar.constants import holidays, workdays
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.access import ActorRequest, Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.core.workdays import KNOWN_YEARS
from apps.offices.forms import HolidayForm
from apps.offices.holidays import set_days, unset_day
from apps.offices.models import CalendarDay
from apps.offices.tree import may_edit_for_all

NEXT_YEARS = 2


@requires(Permission.OFFICE_VIEW)
@require_http_methods(["GET", "POST"])
def index(request: ActorRequest) -> HttpResponse:
    """A year: its published days off and make-up days, and the days that were entered."""
    this_year = timezone.localdate().year
    years = range(this_year, this_year + NEXT_YEARS + 1)
    year = _year(request.GET.get("year", ""), this_year)
    form = HolidayForm(request.POST or None)
    edits = may_edit_for_all(request.user)
    if request.method == "POST":
        if not edits:
            raise Http404
        if form.is_valid() and _entered(request, form):
            return redirect(f"{reverse('offices:holidays')}?year={form.cleaned_data['first'].year}")
    context = {
        "form": form,
        "year": year,
        "years": years,
        "is_published": year in KNOWN_YEARS,
        "off": [day for day in sorted(holidays) if day.year == year and day.weekday() < 5],
        "make_up": [day for day in sorted(workdays) if day.year == year and day.weekday() >= 5],
        "entered": CalendarDay.objects.filter(day__year=year).select_related("changed_by").order_by("day"),
        "may_edit": edits,
    }
    return render(request, "offices/holidays.html", context, status=422 if form.errors else 200)


def _year(typed: str, otherwise: int) -> int:
    is_year = typed.isascii() and typed.isdigit() and 2004 <= int(typed[:4]) <= 2100
    return int(typed[:4]) if is_year else otherwise


def _entered(request: ActorRequest, form: HolidayForm) -> bool:
    said = form.cleaned_data
    last: dt.date = said["last"] or said["first"]
    try:
        number = set_days(first=said["first"], last=last, is_worked=said["is_worked"], by=request.user)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("已登记 %(n)d 天，此后计算期限按新安排。") % {"n": number})
    return True


@requires(Permission.OFFICE_MANAGE)
@require_POST
def unset(request: ActorRequest, pk: int) -> HttpResponse:
    """Take an entered day back."""
    if not may_edit_for_all(request.user):
        raise Http404
    entered = get_object_or_404(CalendarDay, pk=pk)
    unset_day(entered=entered, by=request.user)
    messages.success(request, _("已取消，恢复公布的安排。"))
    return redirect(f"{reverse('offices:holidays')}?year={entered.day.year}")
