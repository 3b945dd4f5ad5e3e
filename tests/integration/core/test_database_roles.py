"""The suite runs as the application does: bound by rights, and cleaned up by somebody else."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone


@pytest.mark.django_db
def test_application_role_is_no_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t (x int)",
        "ALTER TABLE django_session ADD x int",
        "DROP TABLE django_session",
        "TRUNCATE django_session",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
    ],
)
def test_application_role_changes_no_table(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_committed_rows_are_gone_in_the_next_test(time: str) -> None:
    assert not Session.objects.exists()
    Session.objects.create(session_key="k", session_data="d", expire_date=timezone.now())
    ContentType.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_migrations_put_in_comes_back(time: str) -> None:
    assert ContentType.objects.filter(app_label="sessions", model="session").exists()
    ContentType.objects.all().delete()
