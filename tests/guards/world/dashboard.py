from tests.guards.world import Page

PAGES = {
    "dashboard:home": Page(),
    "dashboard:board": Page(),
    "dashboard:export": Page(post=lambda cast: {"office": cast.tree.town.code, "period": "2026"}),
    "dashboard:cadre_year": Page(kwargs=lambda cast: {"pk": cast.cadre.pk}),
    # There is no demo to end: the answer is a message, not an error.
    "dashboard:end_demo": Page(post=lambda cast: {}),
}
