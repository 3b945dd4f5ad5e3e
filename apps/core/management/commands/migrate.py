"""`migrate`, as the owner of the tables, followed by the rights of the application's role."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

from apps.core.database_roles import as_owner, grant_rights
from apps.core.row_policies import put_row_policies


def _note_trigger(trigger: AddTrigger, app_label: str, state: ProjectState) -> None:
    """A trigger changes no column: the models around it need not be made anew, a fifth of all work of a new database."""
    options = state.models[app_label, trigger.model_name].options
    options["triggers"] = [*options.get("triggers", []), trigger.trigger]


AddTrigger.state_forwards = _note_trigger  # type: ignore[method-assign, assignment]


class Command(DjangoMigrate):
    """Changes tables as DATABASE_OWNER_URL; the rest of the program runs as DATABASE_URL and cannot."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then say again what the application may do and see: new tables need their rights and policies."""
        with as_owner() as application_role:
            super().handle(*args, **options)
            if application_role and not (options["plan"] or options["check_unapplied"]):
                with connection.cursor() as cursor:
                    grant_rights(cursor, application_role)
                    put_row_policies(cursor)
