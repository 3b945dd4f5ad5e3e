"""The assignment: hard limits hold, and the whole is cheapest."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.pairing.proposing.candidates import Candidate, Unpaired
from apps.pairing.proposing.reasons import Reason
from apps.pairing.proposing.solving import LOAD, NEVER, is_possible, pair_costs, propose

CITY, COUNTY, TOWN, OTHER_TOWN, FAR = "0001", "00010001", "000100010001", "000100010002", "000100020001"


def cadre(pk: int, office: str = TOWN, **said: object) -> Candidate:
    return Candidate(**{"pk": pk, "offices": (office,), "load": 0, "free": 8, **said})  # type: ignore[arg-type]


def taken(members: list[Unpaired], cadres: list[Candidate]) -> dict[int, int | None]:
    return {one.member: one.cadre for one in propose(members, cadres)}


def test_cadre_of_the_own_town_comes_first() -> None:
    assert taken([Unpaired(1, TOWN)], [cadre(10, COUNTY), cadre(11, TOWN)]) == {1: 11}


def test_load_is_spread() -> None:
    members = [Unpaired(pk, TOWN) for pk in range(4)]
    found = taken(members, [cadre(10), cadre(11), cadre(12, load=3, free=5)])
    assert sorted(filter(None, found.values())) == [10, 10, 11, 11]


def test_full_cadre_takes_nobody() -> None:
    (one,) = propose([Unpaired(1, TOWN)], [cadre(10, load=8, free=0)])
    assert (one.cadre, one.reasons) == (None, (Reason.ALL_FULL,))


def test_nobody_reaches_the_office() -> None:
    (one,) = propose([Unpaired(1, FAR)], [cadre(10, TOWN)])
    assert (one.cadre, one.reasons) == (None, (Reason.NOBODY_REACHES,))


def test_wish_for_another_cadre_is_kept() -> None:
    asked = Unpaired(1, TOWN, asked_to_change=frozenset({10}))
    assert taken([asked], [cadre(10), cadre(11, COUNTY, load=7, free=1)]) == {1: 11}
    (one,) = propose([asked], [cadre(10)])
    assert one.reasons == (Reason.ASKED_TO_CHANGE,)


def test_same_field_and_old_acquaintance_are_reasons() -> None:
    member = Unpaired(1, TOWN, "enterprise", known_to=frozenset({11}))
    cadres = [cadre(10), cadre(11, fields_of_work=frozenset({"enterprise"}))]
    (one,) = propose([member], cadres)
    assert one.cadre == 11
    assert {Reason.SAME_FIELD, Reason.KNOWN, Reason.OWN_TOWN} <= set(one.reasons)


@pytest.mark.parametrize("members", [[], [Unpaired(1, TOWN)]])
def test_no_cadres_at_all(members: list[Unpaired]) -> None:
    assert [one.cadre for one in propose(members, [])] == [None] * len(members)


paths = st.sampled_from([CITY, COUNTY, TOWN, OTHER_TOWN, FAR])
fields = st.sampled_from(["", "enterprise", "institution"])
some_members = st.lists(
    st.builds(
        Unpaired,
        st.integers(1, 10_000),
        st.sampled_from([TOWN, OTHER_TOWN, FAR]),
        fields,
        st.frozensets(st.integers(1, 4), max_size=2),
        st.frozensets(st.integers(1, 4), max_size=2),
    ),
    max_size=5,
    unique_by=lambda member: member.pk,
)
some_cadres = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 4),
        st.tuples(paths),
        st.integers(0, 8),
        st.integers(0, 2),
        st.frozensets(fields, max_size=2),
    ),
    max_size=4,
    unique_by=lambda cadre: cadre.pk,
)


@given(some_members, some_cadres)
def test_hard_limits_always_hold(members: list[Unpaired], cadres: list[Candidate]) -> None:
    found = propose(members, cadres)
    assert [one.member for one in found] == [member.pk for member in members]
    by_pk = {cadre.pk: cadre for cadre in cadres}
    for member, one in zip(members, found, strict=True):
        if one.cadre is not None:
            assert by_pk[one.cadre].reaches(member.office_path)
            assert one.cadre not in member.asked_to_change
        assert one.reasons
    for cadre in cadres:
        assert sum(one.cadre == cadre.pk for one in found) <= cadre.free


@given(some_members, some_cadres)
def test_no_other_assignment_is_cheaper(members: list[Unpaired], cadres: list[Candidate]) -> None:
    """Against trying every assignment of members to slots."""
    found = {one.member: one.cadre for one in propose(members, cadres)}
    costs = pair_costs(members, cadres, 4)
    column = {cadre.pk: index for index, cadre in enumerate(cadres)}

    def total(chosen: list[int | None]) -> float:
        taken = dict.fromkeys(column, 0)
        cost = 0.0
        for row, pk in enumerate(chosen):
            if pk is None or not is_possible(costs[row, column[pk]]):
                cost += NEVER
            else:
                taken[pk] += 1
                cost += costs[row, column[pk]] + LOAD * (cadres[column[pk]].load + taken[pk])
        return cost

    slots: list[int | None] = [cadre.pk for cadre in cadres for _ in range(cadre.free)]
    slots += [None] * len(members)
    best = min(total(list(choice)) for choice in set(permutations(slots, len(members))))
    assert total([found[member.pk] for member in members]) <= best + 1e-6
