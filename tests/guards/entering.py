"""A client signed in as somebody who may open a route: a member for pages of the own file, else the first fitting role."""

from django.http import HttpResponse
from django.test import Client, RequestFactory

from apps.accounts.roles import ROLES, RoleName
from apps.core.routes import Route
from apps.members.models import Member
from apps.members.ownfile.access import open_session
from tests.guards.world import Cast

READERS = [RoleName.OFFICE_ADMIN, RoleName.CADRE, RoleName.LEADER, *RoleName]


def enter(client: Client, route: Route, cast: Cast, method: str = "GET") -> None:
    """Nobody is signed in where no role is needed, or none has it."""
    client.cookies.clear()
    if route.is_for_members:
        answer = HttpResponse()
        open_session(RequestFactory().get("/"), answer, Member.objects.get(pk=cast.member.pk))
        client.cookies.load(answer.cookies.output(header="", attrs=[]))
        return
    wanted = route.permission(method)
    reader = next((cast.owners[role] for role in READERS if wanted in ROLES[role].permissions), None)
    if reader:
        client.force_login(reader)
