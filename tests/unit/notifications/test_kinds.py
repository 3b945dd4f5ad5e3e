import datetime as dt

import pytest
from django.utils import translation
from django.utils.functional import lazystr

from apps.notifications.kinds import Kind, NotForSubject

KIND = Kind("tests.kind", "试验", "%(number)s 还有 %(n)d 天，%(day)s 到期（%(what)s）")


def test_subject_takes_counts_days_numbers_and_labels() -> None:
    said = KIND.subject_with(
        {"number": "S0000012", "n": 3, "day": dt.date(2026, 3, 2), "what": lazystr("诉求")}
    )
    assert said == "S0000012 还有 3 天，2026-03-02 到期（诉求）"


@pytest.mark.parametrize("typed", ["钱宜", "想办营业执照", "a b", "", 1.5, None])
def test_subject_refuses_what_somebody_typed(typed: object) -> None:
    with translation.override("zh-hans"), pytest.raises(NotForSubject):
        Kind("tests.kind", "试验", "%(what)s").subject_with({"what": typed})
