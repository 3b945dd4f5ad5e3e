"""Every bench runs and says something, at a scale that takes no time; what it says here means nothing."""

import math
from functools import cache

import pytest
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from pytest_django.fixtures import Settings as Changes

from apps.dashboard.demo.load import load_demo
from apps.dashboard.demo.people import ACCOUNTS
from bench import browser, pages, report
from bench.measuring import Figure, Kind, Settings
from bench.running import BENCHES


@pytest.fixture
def program(settings: Changes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program in demo mode, serving its built styles without a collected copy of them."""
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.STATICFILES_DIRS = [django_settings.BASE_DIR / "static" / "dist"]
    monkeypatch.setattr(browser, "application", cache(get_wsgi_application))
    # One account's pages are enough here.
    monkeypatch.setattr(pages, "ACCOUNTS", [account for account in ACCOUNTS if account.username == "cadre"])


# Python 3.12 warns of forks in a process with threads, which xdist's workers are.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.django_db(transaction=True)
def test_every_bench_gives_figures(program: None, capsys: pytest.CaptureFixture[str]) -> None:
    load_demo("tiny", timezone.localdate())
    quick = Settings(seconds=0.01, rounds=1)
    figures = [figure for bench in BENCHES.values() for figure in bench(quick)]
    assert {figure.code for figure in figures} == set(BENCHES)
    assert all(math.isfinite(figure.value) and figure.value >= 0 for figure in figures)
    assert all(figure.value > 0 for figure in figures if figure.kind is not Kind.AT_MOST)
    report.print_table(figures)
    assert "G11" in capsys.readouterr().out


def test_missed_budget_is_told_from_one_that_is_met() -> None:
    def figure(kind: Kind, value: float) -> Figure:
        return Figure("G0", "", kind, value, least=0.5, aim=0.5, ours="", limit="")

    assert figure(Kind.SHARE, 0.5).is_met
    assert not figure(Kind.FASTER, 0.4).is_met
    assert figure(Kind.AT_MOST, 0.5).is_met
    assert not figure(Kind.AT_MOST, 0.6).is_met
