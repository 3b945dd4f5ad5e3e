import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.core.crypto import WrongRow
from apps.core.problems import exception_handler
from apps.core.refusals import Conflict, Refusal


def answer(error: Exception) -> Response:
    """What a client gets from a view that raises."""

    class Raising(APIView):
        permission_classes = ()
        authentication_classes = ()

        def get(self, request: Any) -> Response:
            raise error

        def get_exception_handler(self) -> Any:
            return exception_handler

    response = Raising.as_view()(APIRequestFactory().get("/"))
    return response.render()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (exceptions.NotAuthenticated(), 403, "not_authenticated"),
        (exceptions.ParseError("bad"), 400, "parse_error"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
        (Refusal("今年的计划已经关闭", code="closed", field="year"), 422, "closed"),
        (Conflict("别人刚刚改过这条记录"), 409, "conflict"),
        (WrongRow(), 409, "unreadable"),
    ],
)
def test_problem_document(error: Exception, status: int, code: str) -> None:
    response = answer(error)
    body = json.loads(response.content)
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert any("一" <= char <= "鿿" for char in body["detail"])
    assert any("一" <= char <= "鿿" for char in body["title"])


@pytest.mark.django_db
def test_problem_names_the_only_field() -> None:
    body = json.loads(answer(DjangoValidationError({"text": "太长"})).content)
    assert (body["status"], body["field"], body["detail"]) == (400, "text", "太长")


@pytest.mark.django_db
def test_problem_lists_nested_fields() -> None:
    class Met(serializers.Serializer[Any]):
        member = serializers.IntegerField()

    class Visit(serializers.Serializer[Any]):
        kind = serializers.CharField()
        met = Met(many=True)

    visit = Visit(data={"met": [{"member": 1}, {"member": "x"}]})
    assert not visit.is_valid()
    body = json.loads(answer(exceptions.ValidationError(visit.errors)).content)
    assert {error["field"] for error in body["errors"]} == {"kind", "met.1.member"}
    assert body["field"] == ""


@pytest.mark.django_db
def test_problem_leaves_the_unexpected_alone() -> None:
    with pytest.raises(ZeroDivisionError):
        answer(ZeroDivisionError())
