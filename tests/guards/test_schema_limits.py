"""Design §1, held on whatever models there are: what no table may hold, and what every column must say."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.translation import override

from apps.assessment import models as assessment_models
from apps.core.fields import MAX_TEXT, EncryptedTextField, GuardedCharField, GuardedTextField
from apps.core.privacy import never_ending_fields, our_models, silent_fields, speaking_fields
from apps.files.models import StoredFile
from apps.members.models import Member
from apps.offices.models import Office
from apps.pairing.models import Duty

Model = type[models.Model]

# Everything hangs on these; a walk through them would reach the whole program.
HUBS = frozenset({"accounts.User", Office._meta.label, StoredFile._meta.label})

# English field names and choice values, word by word; Chinese names and labels, anywhere in them.
FORBIDDEN_WORDS = re.compile(
    r"(?:^|_)(?:ethnic\w*|nationality|relig\w*|belief\w*|faith|politic\w*|attitude\w*|ideolog\w*|trend|score\w*|rating\w*|rank\w*|"
    r"grade\w*|tier\w*|tags?|labels|risk\w*|health\w*|disease\w*|disab\w*|illness|id_?card\w*|id_?number|passport\w*|"
    r"address\w*|home(?!_visit)|lat|lon|lng|latitude|longitude|gps|geo\w*|whereabouts|locations?|photos?|relatives?|knows|remarks?|"
    r"importance|priority|influence|reliab\w*|loyal\w*)(?:$|_)"
)
FORBIDDEN_CHINESE = re.compile(
    "民族|宗教|信仰|政治面貌|政治态度|思想|风险|健康|疾病|残疾|身份证|证件|住址|地址|位置|行踪|经度|纬度|评分|得分|打分|评级|等级|星级|排名|标签|"
    "画像|重点|影响力|可靠|社会关系|照片|备注"
)

# Short text that nobody types as a remark, each with the reason why the guard need not read it.
NOT_TYPED = {
    "members.Member.name": "apps.core.names.clean_name lets through only a name",
    "members.Member.name_simplified": "made from the name",
    "members.Member.pinyin": "made from the name",
    "members.Member.pinyin_initials": "made from the name",
    "members.Member.strokes": "made from the name",
    "members.MemberWords.words": "made by triggers from the names of people and organizations",
    "members.Member.phone_index": "a keyed hash",
    "members.ImportBatch.file_name": "the name of a file that stays with its import",
    "members.ImportBatch.sha256": "a hash",
    "members.Departed.mark": "a keyed hash",
    "members.Organization.credit_code": "apps.core.credit_codes lets through only a code with its check sign",
    "members.Consent.text_version": "chosen from the consent texts",
    "members.Consent.text_sha256": "a hash",
    "members.OwnFileCode.mark": "a keyed hash",
    "members.OwnFileSession.digest": "a hash",
    "pairing.Visit.content_digest": "a keyed hash",
    "casework.Case.origin_kind": "written by code",
    "pairing.Proposal.refusal": "the code of a finding",
    "casework.Task.origin_kind": "written by code",
    "casework.Task.origin_ref": "a reference that the resolver of its kind took",
    "casework.CaseLink.digest": "a hash",
    "assessment.SurveyInvitation.digest": "a keyed hash",
}

# JSON written by code alone, with the test that holds its content.
WRITTEN_BY_CODE = {
    "members.Merge.steps": "ids of rows: tests/integration/members/test_merging.py",
    "members.OrganizationMerge.steps": "ids of rows: tests/integration/members/test_organization_merging.py",
    "members.ImportBatch.summary": "numbers and places: tests/integration/members/test_import_sample.py",
    "members.ImportBatch.mapping": "headings and positions: apps.members.importing.mapping",
    "pairing.Campaign.figures": "counts and offices: tests/integration/pairing/test_campaigns.py",
    "members.ImportBatch.undoing": "counts and ids: tests/integration/members/test_undoing.py",
}


def is_history(model: Model) -> bool:
    return hasattr(model, "pgh_tracked_model")


def neighbours(model: Model) -> Iterator[Model]:
    """The models that a foreign key leads to or comes from."""
    for field in model._meta.get_fields(include_hidden=True):
        if field.is_relation and isinstance(field.related_model, type):
            yield field.related_model


def reachable_from_member() -> list[Model]:
    """Every model of ours that hangs together with a member, history left out (it copies its table)."""
    ours = set(our_models())
    found: set[Model] = set()
    waiting: list[Model] = [Member]
    while waiting:
        model = waiting.pop()
        if model in found or model not in ours or model._meta.label in HUBS or is_history(model):
            continue
        found.add(model)
        waiting.extend(neighbours(model))
    return sorted(found, key=lambda model: model._meta.label)


REACHABLE = reachable_from_member()
all_of_them = pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
about_people = pytest.mark.parametrize("model", REACHABLE, ids=lambda model: model._meta.label)


def base_of(field: Any) -> Any:
    return base_of(field.base_field) if isinstance(field, ArrayField) else field


def test_the_walk_finds_what_is_about_people() -> None:
    labels = {model._meta.label for model in REACHABLE}
    assert {"members.Member", "members.Consent", "pairing.Visit", "pairing.Met", "casework.Case"} <= labels


@all_of_them
def test_every_field_says_how_it_ends(model: Model) -> None:
    assert silent_fields(model) == []


@all_of_them
def test_nothing_sensitive_stays_for_ever(model: Model) -> None:
    assert never_ending_fields(model) == []


@pytest.mark.django_db
def test_the_database_carries_the_comments() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0"
        )
        said = {(table, column): comment for table, column, comment in cursor.fetchall()}
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in speaking_fields(model)
        if said.get((model._meta.db_table, field.column)) != field.db_comment
    ]
    assert wrong == []


@about_people
def test_no_field_can_hold_what_is_not_recorded(model: Model) -> None:
    with override("zh-hans"):
        wrong = [
            field.name
            for field in model._meta.concrete_fields
            if FORBIDDEN_WORDS.search(field.name)
            or FORBIDDEN_WORDS.search(str(field.column))
            or FORBIDDEN_CHINESE.search(f"{field.verbose_name}{field.help_text}")
        ]
    assert wrong == []


@about_people
def test_no_choice_says_what_is_not_recorded(model: Model) -> None:
    with override("zh-hans"):
        wrong = [
            (field.name, value)
            for field in model._meta.concrete_fields
            for value, label in base_of(field).flatchoices
            if FORBIDDEN_WORDS.search(str(value)) or FORBIDDEN_CHINESE.search(str(label))
        ]
    assert wrong == []


@about_people
def test_nothing_about_people_is_free_form(model: Model) -> None:
    loose = (models.JSONField, models.FileField, models.BinaryField)
    found = [field.name for field in model._meta.concrete_fields if isinstance(base_of(field), loose)]
    assert [name for name in found if f"{model._meta.label}.{name}" not in WRITTEN_BY_CODE] == []


@about_people
def test_typed_text_passes_the_wording_guard(model: Model) -> None:
    unguarded = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(base_of(field), models.CharField | models.TextField)
        and not isinstance(field, GuardedCharField | GuardedTextField | EncryptedTextField)
        and not base_of(field).flatchoices
        and field.name not in ("office_path", "pairs")
        and f"{model._meta.label}.{field.name}" not in NOT_TYPED
    ]
    assert unguarded == []


@about_people
def test_text_about_people_is_short(model: Model) -> None:
    guarded = (GuardedCharField, GuardedTextField)
    long = [
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, guarded) and (f.max_length or MAX_TEXT + 1) > MAX_TEXT
    ]
    assert long == []


@about_people
def test_vocabularies_about_people_are_closed_in_the_database(model: Model) -> None:
    checked = " ".join(
        str(constraint.condition)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    )
    open_fields = [
        field.name
        for field in model._meta.concrete_fields
        if base_of(field).flatchoices and not re.search(rf"'{field.name}__(?:in|contained_by)'", checked)
    ]
    assert open_fields == []


def test_assessment_points_to_nobody() -> None:
    """But for who was asked in a survey: that row knows its member and, by any foreign key, nothing else."""
    people = set(REACHABLE)
    links = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        if model.__module__.startswith(assessment_models.__name__)
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model in people
    ]
    assert links == ["assessment.SurveyInvitation.member"]


def test_duties_are_equal_for_all() -> None:
    assert [field.name for field in Duty._meta.get_fields() if "categor" in field.name] == []
