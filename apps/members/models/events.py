"""How the history of what imports enter by the thousand is written, and where its rows belong."""

import pghistory
import pgtrigger
from django.db import models


def entered_together() -> tuple[pghistory.InsertEvent, pghistory.UpdateEvent]:
    """Trackers by which the new rows of one statement go into the history by one statement too.

    A tenth of what a trigger for each row costs. Changes keep their row triggers, which write nothing where nothing changed.
    """
    return pghistory.InsertEvent(level=pghistory.Statement), pghistory.UpdateEvent()


def looked_up_by_member() -> dict[str, list[models.Index]]:
    """`meta` for the history of what belongs to a member: the page of a member's history finds all of it."""
    return {"indexes": [models.Index(fields=["member"])]}


# In place of `OfficeScoped.Meta.triggers`: a bulk writer says the paths of its new rows, which saves a look for each, and
# they are compared with the offices once a statement. As there, no row is left with another path than its office's.
OFFICE_PATH_IN_BULK = [
    pgtrigger.Trigger(
        name="office_path",
        operation=pgtrigger.UpdateOf("office_id"),
        when=pgtrigger.Before,
        func="SELECT path INTO NEW.office_path FROM offices_office WHERE id = NEW.office_id; RETURN NEW;",
    ),
    pgtrigger.Trigger(
        name="office_path_of_new",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(new__office_path=""),
        func="SELECT path INTO NEW.office_path FROM offices_office WHERE id = NEW.office_id; RETURN NEW;",
    ),
    pgtrigger.Trigger(
        name="office_path_is_true",
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        referencing=pgtrigger.Referencing(new="entered"),
        func="""
            IF EXISTS (SELECT FROM entered e JOIN offices_office o ON o.id = e.office_id WHERE o.path <> e.office_path) THEN
                UPDATE members_member m SET office_path = o.path
                FROM entered e JOIN offices_office o ON o.id = e.office_id
                WHERE m.id = e.id AND o.path <> e.office_path;
            END IF;
            RETURN NULL;
        """,
    ),
]
