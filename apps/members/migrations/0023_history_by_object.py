"""History is looked up by its object, or by the member whose page shows it.

Each copied key of a history table had an index that nobody asked: a write of the registry paid more for them than for the row. The
migrations before this one make them no more; a database that has them loses them here, whichever app's they are.
"""

from django.db import migrations, models

FORGET_INDEXES = """
DO $$
DECLARE unasked regclass;
BEGIN
    FOR unasked IN
        SELECT i.indexrelid::regclass
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = current_schema()::regnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE i.indnatts = 1 AND NOT i.indisunique AND a.attname NOT IN ('pgh_id', 'pgh_obj_id')
            AND EXISTS (SELECT FROM pg_attribute h WHERE h.attrelid = c.oid AND h.attname = 'pgh_obj_id')
    LOOP
        EXECUTE format('DROP INDEX %s', unasked);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0022_taken_back")]

    operations = [
        migrations.RunSQL(FORGET_INDEXES, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="appointmentevent",
            index=models.Index(fields=["member"], name="members_app_member__2e2c29_idx"),
        ),
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(fields=["member"], name="members_con_member__5f6710_idx"),
        ),
        migrations.AddIndex(
            model_name="publicseatevent",
            index=models.Index(fields=["member"], name="members_pub_member__aafb9d_idx"),
        ),
    ]
