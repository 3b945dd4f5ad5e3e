"""The walk with more names (tests/guards/overposting.py) notices a view that takes them; without this it would prove nothing."""

from apps.members.models import Member
from tests.guards.overposting import SOMEBODY_ELSE, Writes, asked_for, differing, more_than, still


def written(member: Member, **taken: str) -> list[str]:
    with Writes() as writes:
        Member.objects.filter(pk=member.pk).update(version=2, **taken)
    return writes.said


def test_a_view_that_takes_more_is_noticed(member: Member) -> None:
    plain = written(member, name="孙新")
    assert differing(plain, written(member, name="孙新")) == []
    harm = more_than({"name"})
    for name in ("contact_preference", "gender", "pinyin"):
        assert differing(plain, written(member, name="孙新", **{name: harm[name]}))
    assert differing(plain, [*plain, f"UPDATE t SET office_id = {SOMEBODY_ELSE}"])


def test_names_that_are_tried() -> None:
    asked = asked_for("<input name=\"name\"><select name='office'></select>", {"version": 1})
    assert asked == {"name", "office", "version"}
    tried = more_than(asked)
    assert not asked & tried.keys()
    assert {
        "status",
        "office_id",
        "is_superuser",
        "is_active",
        "role",
        "cadre",
        "member",
        "owner",
    } <= tried.keys()
    assert {"consent_at", "created_by", "entered_by", "recorded_by", "id"} <= tried.keys()


def test_moments_and_random_ids_are_no_difference() -> None:
    once = "INSERT INTO t VALUES (17, '2026-11-29T10:15:55.3+08:00'::timestamptz, '0d5f2f0a-6d18-41d1-acaa-749cf23fce0f'::uuid)"
    again = "INSERT INTO t VALUES (18, '2026-11-29T10:16:01.9+08:00'::timestamptz, '1d5f2f0a-6d18-41d1-acaa-749cf23fce0f'::uuid)"
    assert still(once) == still(again)
