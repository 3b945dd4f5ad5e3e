import dataclasses
from decimal import Decimal as D

from apps.reports.figures import Figure, Row, checksum, from_snapshot, to_snapshot, without_small_figures
from tests.unit.reports import sample


def people(above: int, below: int | None = None) -> Figure:
    return Figure(
        "pairing.coverage", "结对覆盖率", "人", D(above), None if below is None else D(below), people=True
    )


def column(*figures: Figure) -> list[bool]:
    """Which figures of a column of offices are hidden."""
    rows = tuple(Row(str(i), f"镇{i}", (figure,)) for i, figure in enumerate(figures))
    kept = without_small_figures(dataclasses.replace(sample.city(), breakdown=rows))
    return [row.figures[0].hidden for row in kept.breakdown]


def test_snapshot_gives_back_equal_figures() -> None:
    figures = sample.city()
    assert from_snapshot(to_snapshot(figures)) == figures


def test_checksum_changes_with_any_figure() -> None:
    figures = sample.city()
    other = dataclasses.replace(figures, year=2027)
    assert checksum(to_snapshot(figures)) != checksum(to_snapshot(other))
    assert checksum(to_snapshot(figures)) == checksum(to_snapshot(sample.city()))


def test_small_figures_two_small_ones_are_hidden() -> None:
    assert column(people(2, 3), people(4, 9), people(50, 60)) == [True, True, False]


def test_small_figures_a_single_one_takes_the_next_with_it() -> None:
    assert column(people(2, 3), people(20, 30), people(50, 60)) == [True, True, False]


def test_small_figures_nobody_is_no_person() -> None:
    assert column(people(0, 30), people(0), people(50, 60)) == [False, False, False]


def test_small_figures_leave_no_number_in_the_snapshot() -> None:
    figures = dataclasses.replace(sample.city(), headline=(people(3, 4),))
    hidden = without_small_figures(figures).headline[0]
    assert (hidden.numerator, hidden.denominator, hidden.rate) == (None, None, None)


def test_small_figures_of_other_things_stay() -> None:
    cases = dataclasses.replace(people(1, 2), people=False)
    assert column(cases, cases) == [False, False]


def test_groups_keep_the_order_of_the_scheme() -> None:
    assert [name for name, _ in sample.city().groups] == ["城区组", "县市组"]
