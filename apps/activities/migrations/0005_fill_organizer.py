"""What is being prepared has somebody who prepares it: whoever planned it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_organizer")]

    operations = [
        migrations.RunSQL(
            "UPDATE activities_activity SET organizer_id = created_by_id WHERE state = 'planned'",
            migrations.RunSQL.noop,
        )
    ]
