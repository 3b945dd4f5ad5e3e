"""More members than the demo of a scale has: for what is owed at 100,000."""

from django.db import connection, transaction

from apps.core.planning import set_based
from apps.members.models import Member

MEMBERS = 100_000
# Below a second a side only the harness itself is looked at.
MEMBERS_OF_A_TRIAL = 400

# Copies of the members there are, as moved away, each with the consent that the database asks for.
_MORE_MEMBERS = """
WITH people AS (
INSERT INTO members_member (public_id, office_id, office_path, name, name_simplified, pinyin, pinyin_initials, strokes,
    phone, phone_index, email, gender, birth_month, categories, status, status_since, contact_preference, version, created_at)
SELECT gen_random_uuid(), office_id, office_path, name, name_simplified, pinyin, pinyin_initials, strokes,
    '', '', '', gender, birth_month, categories, 'moved', status_since, contact_preference, 1, created_at
FROM members_member CROSS JOIN generate_series(1, %s) WHERE status <> 'withdrawn' LIMIT %s
RETURNING id)
INSERT INTO members_consent (member_id, text_version, text_sha256, purposes, how, given_on, recorded_at)
SELECT id, '2026-1', '', '{registry}', 'own_link', '2026-01-01', now() FROM people
"""
_MORE_POSTS = """
INSERT INTO members_appointment (member_id, organization_id, title)
SELECT m.id, o.id, '副总经理' FROM members_member m
JOIN (SELECT office_id, min(id) AS id FROM members_organization GROUP BY office_id) o ON o.office_id = m.office_id
LEFT JOIN members_appointment a ON a.member_id = m.id
WHERE a.id IS NULL
"""


def grow(members: int) -> None:
    """Up to so many members, each with a post."""
    there = Member.objects.count()
    with transaction.atomic(), set_based(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if (missing := members - there) > 0:
            cursor.execute(_MORE_MEMBERS, [missing // max(there, 1) + 2, missing])
        cursor.execute(_MORE_POSTS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_member, members_appointment, members_memberwords")
        # As after an import: the list of what is not in its place yet is empty.
        cursor.execute("SELECT members_settle_words()")
