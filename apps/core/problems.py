"""Problem documents of the REST API (RFC 9457): a stable code, a Chinese sentence, the field.

`{"type": "about:blank", "title": …, "status": 422, "code": "refused", "detail": …, "field": …, "errors":
[{"field", "code", "detail"}], "request_id": …}`. REST_FRAMEWORK["EXCEPTION_HANDLER"] names `exception_handler`.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core import exceptions as django_exceptions
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error

from apps.core.crypto import CryptoError
from apps.core.refusals import Conflict, Refusal

CONTENT_TYPE = "application/problem+json"

# Our sentences for what the framework raises; field errors keep their own.
_SENTENCES = {
    "not_authenticated": _("请先登录"),
    "authentication_failed": _("登录凭据无效或已过期，请重新登录"),
    "permission_denied": _("您没有此项权限"),
    "not_found": _("没有这条记录，或您无权查看"),
    "method_not_allowed": _("此地址不支持这种操作"),
    "not_acceptable": _("无法提供所要求的格式"),
    "parse_error": _("请求内容无法解析，请检查格式"),
    "unsupported_media_type": _("不支持的内容类型"),
    "throttled": _("操作过于频繁，请稍后再试"),
    "invalid": _("有内容需要修改，请看各字段的说明"),
}
_TITLES = {
    400: _("请求有误"),
    401: _("需要登录"),
    403: _("没有权限"),
    404: _("找不到"),
    405: _("不支持的操作"),
    409: _("内容已变化"),
    422: _("不符合规定"),
    429: _("过于频繁"),
}


def problem(
    status: int,
    code: str,
    detail: object,
    *,
    field: str = "",
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document; also for views that answer one without raising."""
    body = {
        "type": "about:blank",
        "title": str(_TITLES.get(status) or HTTPStatus(status).phrase),
        "status": status,
        "code": code,
        "detail": str(detail),
        "field": field,
        "errors": errors or [],
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
    }
    return Response(body, status=status, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every expected exception as a problem document; None (a 500) for the others."""
    _roll_back()
    if isinstance(error, Refusal):
        return problem(
            409 if isinstance(error, Conflict) else 422, error.code, error.message, field=error.field
        )
    if isinstance(error, CryptoError):
        return problem(409, "unreadable", error)
    error = _as_api_error(error)
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return None


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, django_exceptions.PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, django_exceptions.ValidationError):
        return exceptions.ValidationError(as_serializer_error(error))
    return error


def _of_framework(error: exceptions.APIException) -> Response:
    code = str(getattr(error.detail, "code", error.default_code))
    headers = {}
    # Both are put on the exception by DRF's view where they apply.
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return problem(error.status_code, code, _SENTENCES.get(code, error.detail), headers=headers)


def _invalid(error: exceptions.ValidationError) -> Response:
    errors = [
        {"field": field, "code": str(detail.code), "detail": str(detail)}
        for field, detail in _flat(error.detail, "")
    ]
    if len(errors) == 1:
        only = errors[0]
        return problem(error.status_code, only["code"], only["detail"], field=only["field"], errors=errors)
    return problem(error.status_code, "invalid", _SENTENCES["invalid"], errors=errors)


def _flat(detail: Any, path: str) -> Iterator[tuple[str, exceptions.ErrorDetail]]:
    """The nested errors of serializers as (field, error): met.0.member for an item of a list."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _flat(inner, path if key == "non_field_errors" else f"{path}.{key}".lstrip("."))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from _flat(inner, f"{path}.{index}".lstrip(".") if nested else path)
    else:
        yield path, detail


def _roll_back() -> None:
    """Nothing half-written: DRF answers exceptions itself, so ATOMIC_REQUESTS would commit."""
    connection = transaction.get_connection()
    if connection.settings_dict.get("ATOMIC_REQUESTS") and connection.in_atomic_block:
        transaction.set_rollback(True)
