"""The figures of a report as packed bytes in place of jsonb, in which PostgreSQL took a third of a second to store a city's."""

from typing import Any

import apps.core.packed
from django.db import migrations

COMMENT = "pd:none; end=keep"


def pack(apps_then: Any, _editor: Any) -> None:
    for report in apps_then.get_model("reports", "Report").objects.only("snapshot").iterator(chunk_size=20):
        report.packed = report.snapshot
        report.save(update_fields=["packed"])


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_word_templates")]

    operations = [
        migrations.AddField("report", "packed", apps.core.packed.PackedJSONField(null=True, db_comment=COMMENT)),
        migrations.RunPython(pack, migrations.RunPython.noop),
        migrations.RemoveField("report", "snapshot"),
        migrations.RenameField("report", "packed", "snapshot"),
        migrations.AlterField("report", "snapshot", apps.core.packed.PackedJSONField(db_comment=COMMENT)),
    ]
