"""Documents and files: what goes out comes back the same, and nothing hostile does worse than a finding."""

import contextlib
import io
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessment.editing.document import digest_of, in_order, kinds, written_out
from apps.assessment.editing.files import document_in
from apps.assessment.editing.tables import sheets_of
from apps.assessment.plan import Plan
from apps.assessment.schemefile import Surroundings, check
from apps.assessment.schemeyaml import SchemeRefused, written
from apps.files.sheets import write_workbook
from tests.unit.assessment.schemes import AROUND, plans


def as_xlsx(document: dict[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_workbook(Path(folder) / "x.xlsx", sheets_of(document), [("方案", "试验")])
        return (Path(folder) / "x.xlsx").read_bytes()


def read(content: bytes, around: Surroundings = AROUND) -> Plan:
    plan, findings = check(document_in(content), around)
    assert findings == []
    return plan


def test_every_kind_of_rule_can_be_written() -> None:
    assert {kind.kind for kind in kinds()} == {
        *("ratio", "ladder", "per_item", "ladder_items", "cumulative_items"),
        *("deduct", "judged", "survey", "manual", "rank"),
    }


@settings(max_examples=40)
@given(plans())
def test_yaml_comes_back_as_it_went_out(plan: Plan) -> None:
    content = written(written_out(plan)).encode()
    assert read(content) == plan
    assert written(written_out(read(content))).encode() == content


@settings(max_examples=40)
@given(plans())
def test_workbook_comes_back_as_it_went_out(plan: Plan) -> None:
    document = written_out(plan)
    assert read(as_xlsx(document)) == plan
    assert written_out(read(as_xlsx(document))) == document


@settings(max_examples=40)
@given(plans())
def test_order_of_keys_makes_no_other_scheme(plan: Plan) -> None:
    document = written_out(plan)
    shuffled = {name: document[name] for name in sorted(document)}
    assert list(in_order(shuffled)) == list(document)
    assert digest_of(shuffled) == digest_of(document)


def test_numbers_keep_their_digits() -> None:
    document = {"a": 0.95, "b": 5, "c": 0.1}
    assert [Decimal(str(value)) for value in document.values()] == [Decimal("0.95"), 5, Decimal("0.1")]


# Hostile files ------------------------------------------------------------------------------------------------------

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.just("x" * 600),
        st.just([]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(plans(), st.data())
def test_whatever_stands_in_a_place_is_a_finding_or_sound(plan: Plan, data: st.DataObject) -> None:
    document = written_out(plan)
    places = list(_places(document))
    holder, name = data.draw(st.sampled_from(places))
    holder[name] = data.draw(values)
    _plan, findings = check(document, AROUND)
    assert all(str(finding) for finding in findings)
    assert all("\x00" not in str(finding) for finding in findings)


def _places(value: Any) -> Any:
    """Every place of the document as (holder, key or index)."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in list(pairs):
        yield value, name
        if isinstance(each, dict | list):
            yield from _places(each)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_file_are_refused_in_words(content: bytes) -> None:
    for beginning in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with contextlib.suppress(SchemeRefused):
            _plan, findings = check(document_in(beginning + content), AROUND)
            assert findings


@pytest.mark.parametrize("missing", ["方案", "分组", "等次", "指标"])
def test_workbook_without_a_sheet_is_refused_by_its_name(missing: str) -> None:
    sheets = [sheet for sheet in sheets_of({}) if sheet.name != missing]
    with tempfile.TemporaryDirectory() as folder:
        write_workbook(Path(folder) / "x.xlsx", sheets, [])
        content = (Path(folder) / "x.xlsx").read_bytes()
    with pytest.raises(SchemeRefused, match=missing):
        document_in(content)


def test_xlsx_that_is_cut_off_is_refused() -> None:
    content = as_xlsx({})
    with pytest.raises(SchemeRefused):
        document_in(content[: len(content) // 2])
    assert io.BytesIO(content).read(2) == b"PK"
