"""members_found once more: two letters, the search of every day, are their own pair; planned once per session."""

from django.db import migrations

# The ranges are half-open (OfficeRange). U+10FFFF sorts after every letter, as { does after z.
FOUND = """
CREATE OR REPLACE FUNCTION members_found(forms text[], letters text, own text[], lows text[], highs text[], paired bigint[])
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    form text;
    wanted text[];
    candidates bigint[] := '{}';
BEGIN
    FOREACH form IN ARRAY forms LOOP
        IF char_length(form) = 1 THEN
            candidates := candidates || ARRAY(
                SELECT m.id FROM public.members_member m
                WHERE m.name_simplified ~>=~ form AND m.name_simplified ~<~ (form || chr(1114111)));
        ELSIF char_length(form) > 1 THEN
            wanted := CASE WHEN char_length(form) = 2 THEN ARRAY[form] ELSE public.members_pairs(form) END;
            candidates := candidates || ARRAY(
                SELECT w.member_id FROM public.members_memberwords w
                WHERE w.pairs @> wanted AND strpos(w.words, form) > 0);
        END IF;
    END LOOP;
    IF letters <> '' THEN
        candidates := candidates || ARRAY(
            SELECT m.id FROM public.members_member m
            WHERE m.pinyin ~>=~ letters AND m.pinyin ~<~ (letters || '{')
               OR m.pinyin_initials ~>=~ letters AND m.pinyin_initials ~<~ (letters || '{'));
    END IF;
    RETURN QUERY
    SELECT m.id FROM public.members_member m
    WHERE m.id = ANY(candidates) AND m.status NOT IN ('withdrawn', 'merged')
      AND (m.office_path = ANY(own) OR m.id = ANY(paired)
           OR EXISTS (SELECT FROM unnest(lows, highs) AS kept (low, high)
                      WHERE m.office_path >= kept.low COLLATE "C" AND m.office_path < kept.high COLLATE "C"));
END $$;
REVOKE ALL ON FUNCTION members_found(text[], text, text[], text[], text[], bigint[]) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0010_bulk_move_left")]

    operations = [migrations.RunSQL(FOUND, migrations.RunSQL.noop)]
