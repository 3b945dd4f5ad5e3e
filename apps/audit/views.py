from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from apps.audit import sealing
from apps.audit.forms import EventFilter
from apps.audit.models import AuditEvent, sees_whole_tree
from apps.core.access import ActorRequest, Permission, requires
from apps.core.paging import COUNT_UP_TO, list_page


@requires(Permission.AUDIT_VIEW)
@require_safe
def event_list(request: ActorRequest) -> HttpResponse:
    """Who did what to what, newest first, in the auditor's own offices."""
    form = EventFilter(request.GET or None)
    scope = AuditEvent.objects.visible_to(request.user, Permission.AUDIT_VIEW)
    events = form.apply(scope).select_related("actor").order_by("-pk")
    context = {
        "form": form,
        "page": list_page(request, events, default_size=50, count_up_to=COUNT_UP_TO),
        "seals": sealing.state(),
        "whole_tree": sees_whole_tree(request.user, Permission.AUDIT_VIEW),
    }
    return TemplateResponse(request, "audit/events.html", context)
