"""Pages for what went wrong: a sentence, what to do, and the number under which the log knows the request."""

import uuid
from typing import Any, NamedTuple

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


class ErrorText(NamedTuple):
    title: Any
    what_to_do: Any


TEXTS = {
    400: ErrorText(
        _("请求有误，未能处理"), _("请返回上一页，检查填写的内容后重新提交。已保存的数据没有改变。")
    ),
    403: ErrorText(
        _("没有权限打开此页"), _("您的授权不包含这项操作。如工作需要，请联系本单位的业务管理员开通。")
    ),
    404: ErrorText(
        _("找不到这个页面或记录"),
        _("可能地址有误、记录已删除，或不在您的授权范围内。请从列表中重新进入。"),
    ),
    409: ErrorText(_("内容已被他人修改"), _("在您编辑期间，此记录有了新的版本。请返回核对后再次保存。")),
    410: ErrorText(_("文件已过期"), _("请重新导出。")),
    413: ErrorText(_("提交的内容过大"), _("请减小文件或分批提交。单个文件不超过 10 MB。")),
    429: ErrorText(_("操作过于频繁"), _("为保护账号安全，已暂停受理。请 15 分钟后再试。")),
    500: ErrorText(
        _("系统出错，未能完成"), _("错误已记录。请稍后重试；如反复出现，请把下面的请求编号告诉管理员。")
    ),
}


def request_number() -> str:
    """The number under which `apps.core.logs` writes this request's lines; a new one outside of a request."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4())


def error_page(request: HttpRequest, status: int, *, detail: Any = "") -> HttpResponse:
    """The page for an error status in `TEXTS`; `detail` replaces the general advice with a better sentence."""
    text = TEXTS[status]
    context = {
        "status": status,
        "title": text.title,
        "what_to_do": detail or text.what_to_do,
        "request_number": request_number(),
    }
    return render(request, "errors/page.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_big = isinstance(exception, RequestDataTooBig | TooManyFilesSent)
    return error_page(request, 413 if too_big else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def too_many_requests(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """For allauth (handler429) and for axes (AXES_LOCKOUT_CALLABLE)."""
    return error_page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: mostly a page left open over night."""
    return error_page(request, 403, detail=_("页面停留过久或登录状态已变化。请返回上一页，刷新后重新提交。"))
