"""The history triggers ask for the request's context once per row; pghistory's own function opens a subtransaction each time.

Measured at 10,000 rows in one transaction: 54 s with it, 4 s with this one. It does the same otherwise: names the
context, and writes it down once.
"""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS UUID AS $$
DECLARE
    named TEXT := current_setting('pghistory.context_id', true);
    told TEXT := current_setting('pghistory.context_metadata', true);
BEGIN
    -- A setting that was local to an earlier transaction of the session reads as ''.
    IF COALESCE(named, '') = '' OR COALESCE(told, '') = '' THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM pghistory_context WHERE id = named::uuid AND metadata = told::jsonb) THEN
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
        VALUES (named::uuid, told::jsonb, NOW(), NOW())
        ON CONFLICT (id) DO UPDATE SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at;
    END IF;
    RETURN named::uuid;
END;
$$ LANGUAGE plpgsql
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
