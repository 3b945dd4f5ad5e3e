from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from apps.audit.forms import EventFilter
from apps.audit.models import AuditEvent
from apps.core.access import Permission, requires
from apps.core.paging import list_page


@requires(Permission.AUDIT_VIEW)
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Who did what to what, newest first, in the auditor's own offices."""
    form = EventFilter(request.GET or None)
    scope = AuditEvent.objects.visible_to(request.user, Permission.AUDIT_VIEW)  # type: ignore[arg-type]
    events = form.apply(scope).select_related("actor").order_by("-pk")
    context = {"form": form, "page": list_page(request, events, default_size=50)}
    return TemplateResponse(request, "audit/events.html", context)
