"""The record of processing (PIPL art. 55, GB/T 35273 11.3): what personal data stands where, why, for how long, and who reads it.

Read off the columns' own comments (`apps.core.privacy`), the roles as code, and one sentence of purpose for each app.
Nothing is kept by hand beside them, so that the record cannot differ from the tables.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from apps.accounts.roles import ROLES
from apps.core.access import Permission
from apps.core.listed import listed
from apps.core.privacy import Sensitivity, our_models, parse, silent_fields, speaking_fields


class Undeclared(LookupError):
    """A column does not say how personal it is, or a table with personal data has no purpose. The record would lie."""


@dataclass(frozen=True)
class Purpose:
    """Why an app keeps personal data, and the permission that lets somebody read it, within their own offices."""

    why: str
    read_with: Permission


# By app label. An app that keeps personal data and stands not here stops the record.
PURPOSES = {
    "accounts": Purpose("识别登录的工作人员，核对授权", Permission.USER_MANAGE),
    "activities": Purpose("邀请成员参加活动，统计到场人数", Permission.ACTIVITY_VIEW),
    "assessment": Purpose("考核各机构的工作，测评服务满意度；不考核成员", Permission.ASSESSMENT_VIEW),
    "audit": Purpose("查明谁看过、改过、导出过什么", Permission.AUDIT_VIEW),
    "casework": Purpose("办理成员提出的诉求、建议、投诉并答复", Permission.CASE_VIEW),
    "files": Purpose("保存扫描件、导入和导出的文件", Permission.OWN_ACCOUNT),
    "jobs": Purpose("运行用户交办的耗时任务", Permission.OWN_ACCOUNT),
    "members": Purpose("登记、联系和服务统战成员，落实本人的权利", Permission.MEMBER_VIEW),
    "notifications": Purpose("提醒用户需要办理的事", Permission.OWN_ACCOUNT),
    "offices": Purpose("维护机构和考核分组", Permission.OFFICE_VIEW),
    "pairing": Purpose("结对联系，记录走访和承诺", Permission.PAIRING_VIEW),
    "reports": Purpose("编制和归档报告", Permission.REPORT_EXPORT),
}
_CLASSES = {"basic": "一般", "sensitive": "敏感", "secret": "密钥和校验值"}
_ENDS = {"keep": "随记录保存", "erase": "随本人删除", "blank": "随本人清空"}
_UNITS = {"d": "天", "m": "个月", "y": "年"}


@dataclass(frozen=True)
class Column:
    """One line of the record."""

    table: str
    table_name: str
    column: str
    name: str
    sensitivity: str
    end: str
    why: str
    seen_by: str

    HEADINGS = ("数据表", "名称", "列", "内容", "级别", "保存多久", "处理目的", "可见角色")

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.table,
            self.table_name,
            self.column,
            self.name,
            self.sensitivity,
            self.end,
            self.why,
            self.seen_by,
        )


def processing_record(tables: Iterable[type[models.Model]] | None = None) -> list[Column]:
    """Every column with personal data, history tables included. Raises Undeclared, naming what does not speak."""
    chosen = our_models() if tables is None else list(tables)
    silent = [f"{model._meta.label}.{name}" for model in chosen for name in silent_fields(model)]
    without = {model._meta.label for model in chosen if _personal(model)} if not silent else set()
    without = {label for label in without if label.partition(".")[0] not in PURPOSES}
    if silent or without:
        raise Undeclared(", ".join([*silent, *sorted(without)]))
    return [line for model in sorted(chosen, key=_table) for line in _lines(model)]


def tables_of_libraries() -> list[str]:
    """Tables that carry no declarations because a library made them: sessions, second factors, failed sign-ins."""
    ours = set(our_models())
    return sorted({_table(each) for each in apps.get_models(include_auto_created=True) if each not in ours})


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _personal(model: type[models.Model]) -> "list[tuple[models.Field[Any, Any], Sensitivity, str]]":
    """The columns that hold something personal, with what each says."""
    spoken = ((field, parse(field.db_comment)) for field in speaking_fields(model))
    return [
        (field, says.sensitivity, says.end)
        for field, says in spoken
        if says and says.sensitivity is not Sensitivity.NONE
    ]


def _lines(model: type[models.Model]) -> Iterator[Column]:
    for field, sensitivity, end in _personal(model):
        purpose = PURPOSES[model._meta.app_label]
        yield Column(
            table=_table(model),
            table_name=_name_of(model),
            column=str(field.column),
            name=_said(field),
            sensitivity=_CLASSES[sensitivity],
            end=_in_words(end),
            why=purpose.why,
            seen_by=seen_by(purpose.read_with),
        )


def _name_of(model: type[models.Model]) -> str:
    tracked = getattr(model, "pgh_tracked_model", None)
    return f"{tracked._meta.verbose_name}（历史）" if tracked else str(model._meta.verbose_name)


def _said(field: "models.Field[Any, Any]") -> str:
    """The column in the words of the pages; a key to another table by that table's name."""
    words = str(field.verbose_name)
    if not words.isascii():
        return words
    related = field.related_model
    return str(related._meta.verbose_name) if isinstance(related, type) else field.name


def _in_words(end: str) -> str:
    return _ENDS.get(end) or f"事毕后 {end[:-1]} {_UNITS[end[-1]]}"


def seen_by(permission: Permission) -> str:
    """The roles that hold the permission; what everybody may is one's own only."""
    if permission is Permission.OWN_ACCOUNT:
        return "仅本人"
    return listed(str(role.name.label) for role in ROLES.values() if permission in role.permissions)
