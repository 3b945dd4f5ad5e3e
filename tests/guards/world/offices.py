from apps.offices.models import Office
from tests.guards.world import CANARY, Cast, Page


def _code(cast: Cast) -> dict[str, str]:
    return {"code": cast.tree.town.code}


PAGES = {
    "api:office-detail": Page(kwargs=_code),
    "offices:office": Page(kwargs=_code),
    "offices:add": Page(kwargs=_code, post=lambda cast: {"name": "新村", "kind": "community", "code": "N1"}),
    "offices:change": Page(kwargs=_code, post=lambda cast: {"name": "东新镇", "kind": "town"}),
    "offices:move": Page(kwargs=_code, post=lambda cast: {"parent": cast.tree.other_county.pk}),
}


def fill(cast: Cast) -> None:
    fields = {"code": "990001100200", "name": f"{CANARY}村", "kind": "community"}
    Office.objects.add_child(Office.objects.get(pk=cast.tree.town.pk), create_kwargs=fields)
