"""The search function against a plain reading of every row: the same people, whatever was typed."""

from collections.abc import Callable

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.core.names import SearchKind, search_key, to_simplified
from apps.members.models import Appointment, Member, MemberWords, Organization, OrganizationKind
from apps.members.naming import Naming
from apps.members.searching import letters_of, search
from tests.cast import Tree

PEOPLE = {
    "欧阳修": "东风纺织厂",
    "歐陽倩": "泰州市第３中学",
    "张国華": "东方纺织（集团）有限公司",
    "约翰·李": "TCL 王牌公司",
    "𠮷田明": "",
    "单田芳": "评书艺术团",
    "吕布": "中学东校",
    "王芳": "芳华纺织厂",
}
LETTERS = "欧阳修歐陽倩张国華华约翰李𠮷田明单芳吕布王东风纺织厂第３3中学方集团TCLtcl·（ 書书"


@pytest.fixture
def people(tree: Tree, make_member: Callable[..., Member]) -> dict[str, Member]:
    members = {}
    for name, employer in PEOPLE.items():
        members[name] = make_member(name)
        if employer:
            unit = Organization.objects.create(
                office=tree.town, name=employer, kind=OrganizationKind.ENTERPRISE
            )
            Appointment.objects.create(member=members[name], organization=unit)
    return members


def found(typed: str, user: User) -> set[str]:
    return set(search(Member.objects.all(), typed, Naming.of(user)).values_list("name", flat=True))


def by_reading(typed: str) -> set[str]:
    """What the search means, said without any index."""
    words = letters_of(typed)
    if not words:
        return set() if typed.strip() else set(PEOPLE)
    key = search_key(typed)
    letters = key.text if key.kind in (SearchKind.PINYIN, SearchKind.INITIALS) else ""
    hit = set()
    for member in Member.objects.all():
        texts = [letters_of(member.name), member.name_simplified, letters_of(PEOPLE[member.name])]
        for form in {words, to_simplified(words)}:
            if len(form) == 1:
                hit |= {member.name} if member.name_simplified.startswith(form) else set()
            elif any(form in text for text in texts):
                hit.add(member.name)
        if letters and (member.pinyin.startswith(letters) or member.pinyin_initials.startswith(letters)):
            hit.add(member.name)
    return hit


@given(st.text(alphabet=LETTERS, min_size=0, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_search_equals_a_plain_reading(people: dict[str, Member], county_admin: User, typed: str) -> None:
    assert found(typed, county_admin) == by_reading(typed)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("纺织", {"欧阳修", "张国華", "王芳"}),
        ("紡織", {"欧阳修", "张国華", "王芳"}),
        ("第3中", {"歐陽倩"}),
        ("tcl", {"约翰·李"}),
        ("𠮷田", {"𠮷田明"}),
        ("𠮷", {"𠮷田明"}),
        ("歐陽", {"欧阳修", "歐陽倩"}),
        ("欧阳", {"欧阳修", "歐陽倩"}),
        ("shantf", set()),
        ("stf", {"单田芳"}),
        ("lv", {"吕布"}),
        ("约翰 李", {"约翰·李"}),
        ("%_", set()),
        ("风厂", set()),
    ],
)
def test_search_finds(people: dict[str, Member], county_admin: User, typed: str, names: set[str]) -> None:
    assert found(typed, county_admin) == names


def test_hidden_names_are_not_found(
    people: dict[str, Member], city_leader: User, neighbour: User, make_user: Callable[..., User], tree: Tree
) -> None:
    for typed in ("欧阳", "纺织", "欧", "ouyang", "oyx"):
        assert found(typed, city_leader) == found(typed, neighbour) == set()
    assert found("欧阳修", make_user("own", RoleName.LEADER, tree.town)) == {"欧阳修"}


def test_paired_cadre_finds_the_own_member(member: Member, pairing: object, town_cadre: User) -> None:
    town_cadre.grants.all().delete()
    assert found(member.name, town_cadre) == {member.name}


# -- the words stay right, whoever writes ---------------------------------------------------------------------


def words_of(member: Member) -> list[str]:
    return MemberWords.objects.get(pk=member.pk).words.split("\n")


def test_words_follow_the_name(make_member: Callable[..., Member]) -> None:
    member = make_member("張三")
    assert words_of(member) == ["張三", "张三"]
    member.name = "李四"
    member.save()
    assert words_of(member) == ["李四"]


def test_words_follow_posts_and_organizations(people: dict[str, Member]) -> None:
    member = people["王芳"]
    post = Appointment.objects.get(member=member)
    Organization.objects.filter(pk=post.organization_id).update(name="新华书店")
    assert words_of(member) == ["王芳", "新华书店"]
    Appointment.objects.filter(pk=post.pk).update(ends_on="2026-01-01")
    assert words_of(member) == ["王芳"]
    Appointment.objects.filter(pk=post.pk).update(ends_on=None, member=people["吕布"])
    assert words_of(member) == ["王芳"]
    assert words_of(people["吕布"]) == ["吕布", "中学东校", "新华书店"]
    Appointment.objects.filter(pk=post.pk).delete()
    assert words_of(people["吕布"]) == ["吕布", "中学东校"]


def test_words_go_with_the_person(make_member: Callable[..., Member]) -> None:
    member = make_member()
    member.delete()
    assert not MemberWords.objects.exists()


def test_the_function_is_not_for_everybody(people: dict[str, Member]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosecdef, proconfig, proacl::text LIKE '%=X/%' AND proacl::text NOT LIKE '%{=X/%' "
            "FROM pg_proc WHERE proname = 'members_found'"
        )
        is_definer, config, is_granted = cursor.fetchone()
    assert is_definer
    assert "search_path=pg_catalog, pg_temp" in config
    assert is_granted
