"""Route × method × role → allow or deny, read from the resolver and the roles; nothing is kept twice."""

import csv
import io

from apps.accounts.roles import ROLES
from apps.core.routes import every_route

HEADER = ["route", "name", "method", "permission", "anonymous", *ROLES]


def matrix_rows() -> list[list[str]]:
    """One row per route and method that it answers."""
    rows = []
    for route in every_route():
        for method in route.methods:
            permission = route.permission(method)
            asked = permission or ("member" if route.is_for_members else "everyone")
            may = [asked == "everyone" or permission in role.permissions for role in ROLES.values()]
            cells = ["allow" if allowed else "deny" for allowed in [asked == "everyone", *may]]
            rows.append(["/" + route.pattern, route.name, method, asked, *cells])
    return rows


def matrix_text() -> str:
    """The content of docs/access-matrix.csv."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(matrix_rows())
    return out.getvalue()
