"""The cache lives in the database: limits on sign-in and used codes must hold over all processes, and no broker is needed."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", "core_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_session_epoch_api_token")]
    operations = [
        migrations.RunPython(make_table, migrations.RunPython.noop),
    ]
