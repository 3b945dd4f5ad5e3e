"""`migrate`, as the owner of the tables, followed by the rights of the application's role."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection

from apps.core.database_roles import as_owner, grant_rights
from apps.core.row_policies import put_row_policies


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
