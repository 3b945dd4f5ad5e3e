from tests.guards.world import Cast, Page


def _code(cast: Cast) -> dict[str, str]:
    return {"code": cast.tree.town.code}


PAGES = {
    "api:office-detail": Page(kwargs=_code),
}
