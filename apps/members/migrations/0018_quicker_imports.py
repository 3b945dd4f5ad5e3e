"""Imports of ten thousand rows: fewer looks, fewer indexes, and the words of many members in one pass.

The search words were found by a query of their own for each member, which read all organizations; now the members, their posts and
the organizations are joined once. The words go with their member by a trigger instead of a foreign key that was checked
for every row, though the only function that writes them reads the ids from the members. A `_like` index beside an index in
the order of bytes is the same index twice.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# Pairs that stand twice in the words of one member stand once in the index: it takes them apart anyway.
REFIND = """
CREATE OR REPLACE FUNCTION members_refind(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO members_memberwords AS kept (member_id, words, pairs)
    SELECT found.id, w.words, ARRAY(
        SELECT substr(line, place, 2) COLLATE "C"
        FROM unnest(string_to_array(w.words, E'\\n')) AS line, generate_series(1, char_length(line) - 1) AS place
    )
    FROM (
        SELECT m.id, members_letters(m.name) AS name, m.name_simplified,
            string_agg(DISTINCT members_letters(o.name), E'\\n') AS organizations
        FROM members_member m
        LEFT JOIN members_appointment a ON a.member_id = m.id AND a.ends_on IS NULL
        LEFT JOIN members_organization o ON o.id = a.organization_id
        WHERE m.id = ANY(ids)
        GROUP BY m.id
    ) found
    CROSS JOIN LATERAL (SELECT concat_ws(
        E'\\n', found.name, nullif(found.name_simplified, found.name), found.organizations
    ) AS words OFFSET 0) w
    ON CONFLICT (member_id) DO UPDATE SET words = EXCLUDED.words, pairs = EXCLUDED.pairs
    WHERE kept.words <> EXCLUDED.words
$$;
"""

GONE = """
CREATE FUNCTION members_forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM members_memberwords w USING gone WHERE w.member_id = gone.id;
    RETURN NULL;
END $$;
CREATE TRIGGER words_of_gone_members AFTER DELETE ON members_member
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION members_forget_words();
"""
STAYING = "DROP TRIGGER words_of_gone_members ON members_member; DROP FUNCTION members_forget_words;"

# Entries of a bulk writer wait in a list that every search reads through until autovacuum comes: a search took 1.6 ms, not
# 0.1. Without such a list (fastupdate) the import itself would take three times as long for its words. Only the owner may
# empty it.
SETTLE = """
CREATE FUNCTION members_settle_words() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT gin_clean_pending_list('public.member_words_pairs'::regclass)
$$;
REVOKE ALL ON FUNCTION members_settle_words() FROM PUBLIC;
"""
UNSETTLED = "DROP FUNCTION members_settle_words"

TWICE = "DROP INDEX IF EXISTS members_member_office_path_115f9245_like"


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_reply_scans'),
        ('members', '0017_leaving'),
        ('offices', '0002_closed_periods'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='member',
            name='office_path',
        ),
        migrations.AddField(
            model_name='importbatch',
            name='reading',
            field=models.ForeignKey(db_comment='pd:basic; end=30d', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile'),
        ),
        migrations.AlterField(
            model_name='member',
            name='entered_at',
            field=models.ForeignKey(blank=True, db_comment='pd:none; end=keep', db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.office'),
        ),
        migrations.AlterField(
            model_name='member',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_comment='pd:basic; end=keep', db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='duplicates', to='members.member'),
        ),
        migrations.AlterField(
            model_name='member',
            name='phone_index',
            field=models.CharField(blank=True, db_comment='pd:sensitive; end=erase', default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='memberwords',
            name='member',
            field=models.OneToOneField(db_comment='pd:basic; end=erase', db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='members.member'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['phone_index'], name='member_phone'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='member_merged_into'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='office_path', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT path INTO NEW.office_path FROM offices_office WHERE id = NEW.office_id; RETURN NEW;', hash='5d94641ed77b9116e48bb22d6990712ed2977bf9', operation='UPDATE OF "office_id"', pgid='pgtrigger_office_path_a111f', table='members_member', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='office_path_of_new', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."office_path" = \'\')', func='SELECT path INTO NEW.office_path FROM offices_office WHERE id = NEW.office_id; RETURN NEW;', hash='0e2ac0fd9cc91e3b17fd020c328d8c60ad847b0a', operation='INSERT', pgid='pgtrigger_office_path_of_new_aedd4', table='members_member', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='office_path_is_true', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            IF EXISTS (SELECT FROM entered e JOIN offices_office o ON o.id = e.office_id WHERE o.path <> e.office_path) THEN\n                UPDATE members_member m SET office_path = o.path\n                FROM entered e JOIN offices_office o ON o.id = e.office_id\n                WHERE m.id = e.id AND o.path <> e.office_path;\n            END IF;\n            RETURN NULL;\n        ', hash='67b5fd401b3589054409a7de02f995aaab93604f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_office_path_is_true_56ce1', referencing='REFERENCING NEW TABLE AS entered ', table='members_member', when='AFTER')),
        ),
        migrations.RunSQL(REFIND, migrations.RunSQL.noop),
        migrations.RunSQL(GONE, STAYING),
        migrations.RunSQL(SETTLE, UNSETTLED),
        migrations.RunSQL(TWICE, migrations.RunSQL.noop),
    ]
