"""The two database roles: an owner for migrations, and the application's own, which cannot change tables.

What each may do with which table is said in `apps.core.database_roles`, after every `migrate`.
"""

import psycopg2
from psycopg2 import sql

from config.launcher.postgres import SUPERUSER, Cluster

OWNER = "tongxin_owner"
APPLICATION = "tongxin_app"
DATABASE = "tongxin"

ROLES = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tongxin_owner') THEN
    CREATE ROLE tongxin_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tongxin_app') THEN
    CREATE ROLE tongxin_app LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS;
  END IF;
END $$
"""


def make_roles(cluster: Cluster) -> None:
    """Create both roles where they are missing."""
    _as_superuser(cluster, sql.SQL(ROLES))


def make_database(cluster: Cluster) -> None:
    """Create the application's database, owned by the owner role, where it is missing."""
    if _as_superuser(
        cluster, sql.SQL("SELECT FROM pg_database WHERE datname = {}").format(sql.Literal(DATABASE))
    ):
        return
    name, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
    _as_superuser(cluster, sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))


def let_owner_disable_triggers(cluster: Cluster) -> None:
    """For tests: `session_replication_role`, with which they clean up past append-only guards.

    And the right to end the sessions that a live server's threads left open in a database to be dropped.
    """
    _as_superuser(cluster, sql.SQL("GRANT SET ON PARAMETER session_replication_role TO tongxin_owner"))
    _as_superuser(cluster, sql.SQL("GRANT pg_signal_backend TO tongxin_owner"))


def _as_superuser(cluster: Cluster, statement: sql.Composable) -> int:
    """Run one statement outside a transaction; the number of rows it found."""
    connection = psycopg2.connect(cluster.url(SUPERUSER, "postgres"))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount if cursor.description is not None else 0
    finally:
        connection.close()
