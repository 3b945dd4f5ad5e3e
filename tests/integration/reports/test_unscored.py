"""Offices that nobody assesses: figures without a score."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.models import Scheme
from apps.core.access import SYSTEM
from apps.core.refusals import Refusal
from apps.offices.models import ClosedPeriod
from apps.reports.actions import make_report
from apps.reports.building import build
from apps.reports.subjects import Subject, may_report, subject_named, subjects
from tests.cast import Tree

pytestmark = pytest.mark.django_db


def test_town_without_scheme_has_figures_and_no_score(scheme: Scheme, tree: Tree) -> None:
    figures = build(Subject(tree.town, 2026), SYSTEM).figures
    assert not figures.is_scored
    assert (figures.standings, figures.indicators, figures.breakdown) == ((), (), ())
    coverage = figures.headline[0]
    assert (coverage.code, coverage.numerator, coverage.denominator) == ("pairing.coverage", 7, 7)


def test_city_without_scheme_compares_its_counties(scheme: Scheme, tree: Tree) -> None:
    figures = build(Subject(tree.city, 2026), SYSTEM).figures
    assert [row.name for row in figures.breakdown] == ["甲县", "乙县"]
    assert figures.below_word == "县（市、区）"


def test_county_without_scheme_compares_its_towns(scheme: Scheme, tree: Tree) -> None:
    figures = build(Subject(tree.county, 2026), SYSTEM).figures
    assert [row.name for row in figures.breakdown] == ["东镇", "西镇"]
    assert figures.below_word == "乡镇（街道）"


def test_small_town_shows_nothing_of_its_few_people(scheme: Scheme, tree: Tree) -> None:
    figures = build(Subject(tree.far_town, 2026), SYSTEM).figures
    assert [figure.name for figure in figures.headline if figure.people and not figure.hidden] == []


def test_year_that_was_not_counted_is_refused(scheme: Scheme, tree: Tree) -> None:
    with pytest.raises(Refusal, match="请先汇总"):
        build(Subject(tree.town, 2019), SYSTEM)


def test_report_without_scheme_is_final_once_the_year_is_closed(
    scheme: Scheme, tree: Tree, city_admin: User
) -> None:
    assert not make_report(subject=Subject(tree.town, 2026), by=SYSTEM).is_final
    ClosedPeriod.objects.create(
        office=tree.city,
        period="2026",
        starts_on=dt.date(2026, 1, 1),
        ends_on=dt.date(2026, 12, 31),
        closed_by=city_admin,
    )
    assert make_report(subject=Subject(tree.town, 2026), by=SYSTEM).is_final


def test_scheme_decided_makes_the_report_final(scheme: Scheme, tree: Tree) -> None:
    Scheme.objects.filter(pk=scheme.pk).update(state=Scheme.State.DECIDED)
    scheme.refresh_from_db()
    assert make_report(subject=Subject(tree.county, 2026, scheme), by=SYSTEM).is_final


def test_subjects_are_every_office_once_and_the_scheme_where_there_is_one(
    scheme: Scheme, tree: Tree, city_admin: User
) -> None:
    found = {subject.key for subject in subjects(city_admin, 2026)}
    assert found == {
        "T-2026:9900",
        "T-2026:990001",
        "T-2026:990002",
        "2026:990001100",
        "2026:990001101",
        "2026:990002100",
    }


def test_subjects_stay_in_the_own_subtree(scheme: Scheme, tree: Tree, county_admin: User) -> None:
    found = {subject.key for subject in subjects(county_admin, 2026)}
    assert found == {"T-2026:990001", "2026:990001100", "2026:990001101"}


@pytest.mark.parametrize("key", ["2026:990002100", "T-2026:990002", "T-2026:9900"])
def test_subjects_of_others_may_not_be_reported(scheme: Scheme, county_admin: User, key: str) -> None:
    subject = subject_named(key)
    assert subject
    assert not may_report(subject, county_admin)


@pytest.mark.parametrize("key", ["", ":", "X:9900", "2026:0", "²:9900"])
def test_subject_named_wrongly_is_none(scheme: Scheme, tree: Tree, key: str) -> None:
    assert subject_named(key) is None


def test_scheme_does_not_know_an_office_it_does_not_assess(scheme: Scheme, tree: Tree) -> None:
    assert not may_report(Subject(tree.town, 2026, scheme), SYSTEM)


def test_command_without_scheme(scheme: Scheme, tmp_path: Path) -> None:
    out = tmp_path / "a.docx"
    call_command("export_report", office="990001100", format_="docx", out=out)
    assert out.stat().st_size > 5_000


def test_list_offers_the_year_of_the_address(scheme: Scheme, client: Client, county_admin: User) -> None:
    client.force_login(county_admin)
    page = client.get(reverse("reports:list"), {"year": "1999"}).content.decode()
    assert "2026:990001100" in page
    assert "2026:990002100" not in page
