import pytest
from django.core.exceptions import ValidationError

from apps.core.characters import validate_characters


@pytest.mark.parametrize("text", ["走访企业。\n第二行\t三", "𠮷㛃 José 葛\U000e0100", "👍", "a\u200bb", ""])
def test_characters_pass(text: str) -> None:
    validate_characters(text)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1b[31m", "\u202e走访", "\u2066x", "a\u200fb", "\ud800", "\x7f"]
)
def test_characters_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="控制字符"):
        validate_characters(text)
