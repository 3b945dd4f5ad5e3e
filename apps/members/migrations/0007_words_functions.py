"""Finding members by words: the table's function and triggers, and the one function that searches.

Owner's functions with a fixed search_path. `members_found` is SECURITY DEFINER: it reads members past row policies,
so it checks in its own body that a member's name is shown to the searcher. Twin of `Naming.named`
(apps/members/naming.py); of its letters, `letters_of` (apps/members/searching.py).
"""

from typing import Any

from django.db import migrations

from apps.core.strokes import stroke_key

LETTERS = r"""
CREATE FUNCTION members_letters(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT translate(
        regexp_replace(written, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe00-\ufe0f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U000e0100-\U000e01ef]', '', 'g'),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
        'abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz')
$$;
"""

# Pairs of neighbouring letters of each line, once each.
PAIRS = """
CREATE FUNCTION members_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT substr(line, place, 2) COLLATE "C"), '{}')
    FROM string_to_array(words, E'\\n') AS lines, unnest(lines) AS line, generate_series(1, char_length(line) - 1) AS place
$$;
"""

REFIND = """
CREATE FUNCTION members_refind(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO members_memberwords AS kept (member_id, words, pairs)
    SELECT m.id, w.words, members_pairs(w.words)
    FROM members_member m
    CROSS JOIN LATERAL (SELECT concat_ws(
        E'\\n',
        members_letters(m.name),
        nullif(m.name_simplified, members_letters(m.name)),
        (SELECT string_agg(DISTINCT members_letters(o.name), E'\\n')
         FROM members_appointment a JOIN members_organization o ON o.id = a.organization_id
         WHERE a.member_id = m.id AND a.ends_on IS NULL)
    ) AS words) w
    WHERE m.id = ANY(ids)
    ON CONFLICT (member_id) DO UPDATE SET words = EXCLUDED.words, pairs = EXCLUDED.pairs
    WHERE kept.words <> EXCLUDED.words
$$;
"""

TRIGGERS = """
CREATE FUNCTION members_refind_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_refind(ARRAY(SELECT id FROM changed));
    RETURN NULL;
END $$;
CREATE FUNCTION members_refind_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_refind(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE FUNCTION members_refind_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_refind(ARRAY(SELECT DISTINCT member_id FROM changed));
    RETURN NULL;
END $$;
CREATE FUNCTION members_refind_moved_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_refind(ARRAY(SELECT member_id FROM changed UNION SELECT member_id FROM before));
    RETURN NULL;
END $$;
CREATE FUNCTION members_refind_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_refind(ARRAY(SELECT member_id FROM members_appointment WHERE organization_id = NEW.id AND ends_on IS NULL));
    RETURN NULL;
END $$;

CREATE TRIGGER words_of_new_members AFTER INSERT ON members_member
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_refind_members();
CREATE TRIGGER words_of_renamed_member AFTER UPDATE OF name, name_simplified ON members_member
    FOR EACH ROW WHEN ((OLD.name, OLD.name_simplified) IS DISTINCT FROM (NEW.name, NEW.name_simplified))
    EXECUTE FUNCTION members_refind_renamed();
CREATE TRIGGER words_of_new_posts AFTER INSERT ON members_appointment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_refind_posts();
CREATE TRIGGER words_of_changed_posts AFTER UPDATE ON members_appointment
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION members_refind_moved_posts();
CREATE TRIGGER words_of_gone_posts AFTER DELETE ON members_appointment
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_refind_posts();
CREATE TRIGGER words_of_renamed_organization AFTER UPDATE OF name ON members_organization
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION members_refind_organization();
"""

# The ranges are half-open (OfficeRange). U+10FFFF sorts after every letter, as { does after z.
FOUND = """
CREATE FUNCTION members_found(forms text[], letters text, own text[], lows text[], highs text[], paired bigint[])
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
            wanted := public.members_pairs(form);
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

UNDO = """
DROP TRIGGER words_of_renamed_organization ON members_organization;
DROP TRIGGER words_of_gone_posts ON members_appointment;
DROP TRIGGER words_of_changed_posts ON members_appointment;
DROP TRIGGER words_of_new_posts ON members_appointment;
DROP TRIGGER words_of_renamed_member ON members_member;
DROP TRIGGER words_of_new_members ON members_member;
DROP FUNCTION members_refind_organization, members_refind_moved_posts, members_refind_posts, members_refind_renamed,
    members_refind_members, members_found, members_refind, members_pairs, members_letters;
"""


def fill_strokes(apps: Any, schema_editor: Any) -> None:
    """Rows of before."""
    members = apps.get_model("members", "Member").objects.filter(strokes="")
    for pk, name in members.values_list("pk", "name_simplified").iterator():
        members.filter(pk=pk).update(strokes=stroke_key(name))


class Migration(migrations.Migration):
    dependencies = [("members", "0006_finding_by_words")]

    operations = [
        migrations.RunSQL(LETTERS + PAIRS + REFIND + TRIGGERS + FOUND, UNDO),
        migrations.RunPython(fill_strokes, migrations.RunPython.noop),
        migrations.RunSQL("SELECT members_refind(ARRAY(SELECT id FROM members_member))", migrations.RunSQL.noop),
    ]
