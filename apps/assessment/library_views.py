"""指标库: the page."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.library import library_of
from apps.core.access import Permission, requires


class LibraryFilter(forms.Form):
    q = forms.CharField(
        label=_("查找"), max_length=60, required=False, widget=forms.TextInput(attrs={"data-search": True})
    )
    use = forms.ChoiceField(
        label=_("用途"),
        required=False,
        choices=[
            ("", _("全部")),
            ("scorable", _("可以计分")),
            ("context", _("只作背景")),
            ("used", _("方案正在使用")),
            ("uncounted", _("尚未统计")),
        ],
    )


@requires(Permission.DASHBOARD_VIEW)
@require_safe
def library(request: SignedInRequest) -> HttpResponse:
    """Every metric: what it means, where it comes from, what it is now, which schemes use it."""
    year = timezone.localdate().year
    form = LibraryFilter(request.GET or None)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    entries, declared = library_of(request.user, year)
    words, use = wanted.get("q", ""), wanted.get("use", "")
    context = {
        "form": form,
        "entries": [entry for entry in entries if entry.matches(words, use)],
        "declared": [entry for entry in declared if words.casefold() in entry.name.casefold()]
        if not use
        else [],
        "total": len(entries),
        "year": year,
    }
    return TemplateResponse(request, "assessment/metrics.html", context)
