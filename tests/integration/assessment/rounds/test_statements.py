"""自评: written, kept as a draft, submitted as a whole, called back; read by whom it concerns and nobody else."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.assessment.models import SelfStatement, StatementFile, StatementItem
from apps.assessment.rounds.stating import (
    MOST_FILES,
    Said,
    add_file,
    call_back,
    remove_file,
    save_statement,
    submit,
)
from apps.core.refusals import Conflict, Refusal
from apps.files.uploads import UploadRefused
from tests.integration.assessment.rounds.conftest import LAST_DAY, REVIEW_DAY, SCAN, Round, indicator, scan


def say(
    running: Round, name: str = "专项", text: str = "完成验收", claimed: str | None = "18"
) -> SelfStatement:
    said = {indicator(name).pk: Said(text, D(claimed) if claimed else None)}
    return save_statement(running.scheme, running.tree.county, said, by=running.county)


def address(running: Round) -> str:
    return f"/assessment/schemes/R-2026/offices/{running.tree.county.code}/statement/"


def test_draft_is_kept_and_submitted_as_a_whole(running: Round) -> None:
    say(running)
    say(running, "品牌创新", "现场会经验介绍", "16")
    statement = submit(running.scheme, running.tree.county, by=running.county)
    assert statement.is_submitted
    assert dict(StatementItem.objects.values_list("indicator__name", "claimed")) == {
        "专项": D("18.00"),
        "品牌创新": D("16.00"),
    }


def test_submitted_statement_is_changed_only_after_calling_it_back(running: Round) -> None:
    say(running)
    submit(running.scheme, running.tree.county, by=running.county)
    with pytest.raises(Conflict, match="先撤回"):
        say(running, text="改一句")
    call_back(running.scheme, running.tree.county, by=running.county)
    say(running, text="改一句")


def test_window_holds_to_the_day(running: Round) -> None:
    running.clock(LAST_DAY)
    say(running)
    running.clock(REVIEW_DAY)
    for write in (say, lambda it: submit(it.scheme, it.tree.county, by=it.county)):
        with pytest.raises(Refusal, match="2026-12-10 至 2027-01-05"):
            write(running)


def test_nobody_above_or_beside_states_for_an_office(running: Round) -> None:
    said = {indicator("专项").pk: Said("代填", D(1))}
    for stranger in (running.admin, running.leader, running.other_county, running.reviewer):
        with pytest.raises(Refusal, match="被考核单位"):
            save_statement(running.scheme, running.tree.county, said, by=stranger)


@pytest.mark.parametrize(("name", "claimed"), [("专项", "20.5"), ("专项", "-1"), ("获得表彰", "6")])
def test_claim_lies_within_the_item(running: Round, name: str, claimed: str) -> None:
    with pytest.raises(Refusal, match="自评分应在"):
        say(running, name, claimed=claimed)


def test_empty_statement_is_not_submitted(running: Round) -> None:
    say(running, text="", claimed=None)
    with pytest.raises(Refusal, match="空的"):
        submit(running.scheme, running.tree.county, by=running.county)


def test_claimed_award_needs_its_evidence(running: Round) -> None:
    say(running, "获得表彰", "市级表扬", "1")
    with pytest.raises(Refusal, match="“获得表彰”自评有分"):
        submit(running.scheme, running.tree.county, by=running.county)
    add_file(running.scheme, running.tree.county, indicator("获得表彰"), scan(), by=running.county)
    submit(running.scheme, running.tree.county, by=running.county)


def test_files_are_scans_and_few(running: Round) -> None:
    found = indicator("专项")
    page = SimpleUploadedFile("材料.pdf", b"<html>")
    with pytest.raises(UploadRefused):
        add_file(running.scheme, running.tree.county, found, page, by=running.county)
    kept = [
        add_file(running.scheme, running.tree.county, found, scan(), by=running.county)
        for _ in range(MOST_FILES)
    ]
    with pytest.raises(Refusal, match="最多 5 个"):
        add_file(running.scheme, running.tree.county, found, scan(), by=running.county)
    path = kept[0].file.path
    remove_file(kept[0], by=running.county)
    assert StatementFile.objects.count() == MOST_FILES - 1
    assert path.is_file()  # gone after commit, with the row


def test_wording_guard_stands_at_the_form(running: Round, client: Client) -> None:
    client.force_login(running.county)
    found = indicator("专项")
    answer = client.post(address(running), {f"text-{found.pk}": "该同志比较难缠", "save": "1"})
    assert answer.status_code == 422
    assert "该同志比较难缠" in answer.content.decode()
    assert not StatementItem.objects.exists()
    with pytest.raises(ValidationError):
        StatementItem(text="该同志比较难缠").clean_fields(exclude=["statement", "indicator", "edited_by"])


def test_page_shows_the_computed_figure_beside_the_claim(running: Round, client: Client) -> None:
    running.to_review()
    running.clock(LAST_DAY)
    client.force_login(running.county)
    page = client.get(address(running)).content.decode()
    assert "82%（41/50）" in page
    assert "49.20" in page


def test_draft_is_seen_by_its_office_alone(running: Round, client: Client) -> None:
    say(running, text="只写了一半的话")
    for user, seen in ((running.county, True), (running.reviewer, False)):
        client.force_login(user)
        where = address(running) if seen else address(running).replace("statement", "examine")
        assert ("只写了一半的话" in client.get(where).content.decode()) is seen
    submit(running.scheme, running.tree.county, by=running.county)
    assert "只写了一半的话" in client.get(address(running).replace("statement", "examine")).content.decode()


def readers(running: Round) -> list[tuple[User, int]]:
    return [
        (running.county, 200),
        (running.reviewer, 200),
        (running.judges[0], 200),
        (running.other_county, 404),
    ]


def test_evidence_is_read_by_whom_it_concerns(running: Round, client: Client) -> None:
    kept = add_file(running.scheme, running.tree.county, indicator("专项"), scan(), by=running.county)
    for user, status in readers(running):
        client.force_login(user)
        answer: Any = client.get(f"/assessment/evidence/{kept.file.public_id}/")
        assert answer.status_code == status, user
        if status == 200:
            assert b"".join(answer.streaming_content) == SCAN
    # The general door opens for the owner only.
    client.force_login(running.reviewer)
    assert client.get(f"/files/{kept.file.public_id}/").status_code == 404
