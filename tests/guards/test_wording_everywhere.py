"""Every form and serializer through which text about members comes in passes the wording guard."""

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from rest_framework import exceptions, serializers

import apps
from apps.core.forms import PersonNameField, PhoneField

# The apps in which somebody types text about members or what was done for them.
GUARDED_APPS = (
    "members",
    "casework",
    "pairing",
    "activities",
    "matching",
    "assessment",
    "reports",
    "dashboard",
)
# Typed into a search or filter and stored nowhere, or checked by a rule of its own.
NOT_STORED = frozenset({"q", "search", "query", "cursor", "ordering"})
NOT_STORING = ("Filter", "Search", "TouchedForm")
# Modules whose texts are about nobody, with the reason.
ABOUT_NOBODY = {
    "apps.assessment.editing.forms": "the rules of a scheme, published whole; what offices are measured by",
    "apps.assessment.api": "answers only: the API writes nothing of an assessment",
    "apps.reports": "words of templates and file names",
}
OWN_RULE = (PersonNameField, PhoneField)
HELD_BACK = ("比较难缠", "本人信教", "请打 13912345678")
HARMLESS = (
    forms.EmailField,
    forms.UUIDField,
    forms.SlugField,
    forms.RegexField,
    forms.GenericIPAddressField,
    serializers.EmailField,
    serializers.SlugField,
    serializers.RegexField,
)


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(apps.__path__, "apps."):
        words = found.name.split(".")
        exempt = found.name.startswith(tuple(ABOUT_NOBODY))
        if words[1] in GUARDED_APPS and not exempt and not {"migrations", "commands"} & set(words):
            yield found.name


def classes(kinds: tuple[type, ...]) -> list[type]:
    found = {
        thing
        for name in modules()
        for thing in vars(import_module(name)).values()
        if isinstance(thing, type) and issubclass(thing, kinds) and thing.__module__ == name
        if not thing.__name__.endswith(NOT_STORING)
    }
    return sorted(found, key=lambda kind: (kind.__module__, kind.__qualname__))


def lets_through(check: Callable[[str], Any]) -> bool:
    """Whether a field takes a text that judges a person, says what is not recorded, or how to reach one."""
    return any(_passes(check, text) for text in HELD_BACK)


def _passes(check: Callable[[str], Any], text: str) -> bool:
    try:
        check(text)
    except (ValidationError, exceptions.ValidationError):
        return False
    return True


@pytest.mark.parametrize(
    "form", classes((forms.BaseForm,)), ids=lambda kind: f"{kind.__module__}.{kind.__name__}"
)
def test_forms_hold_back_what_must_not_be_written(form: Any) -> None:
    loose = [
        name
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, (*HARMLESS, *OWN_RULE))
        if name not in NOT_STORED and not field.widget.is_hidden and lets_through(field.clean)
    ]
    assert loose == []


@pytest.mark.parametrize(
    "kind", classes((serializers.Serializer,)), ids=lambda kind: f"{kind.__module__}.{kind.__name__}"
)
def test_serializers_hold_back_what_must_not_be_written(kind: Any) -> None:
    loose = [
        name
        for name, field in kind().get_fields().items()
        if isinstance(field, serializers.CharField) and not isinstance(field, HARMLESS)
        if name not in NOT_STORED and not field.read_only and lets_through(field.run_validation)
    ]
    assert loose == []
