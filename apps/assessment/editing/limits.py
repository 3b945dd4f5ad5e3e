"""Which changes a scheme takes in which state (docs/decisions/0023).

While offices enter and state, anything but what the scheme is: code, year, assessing office. From the review on only
words and later dates: what was judged by one rule is not counted by another. From the decision on nothing.
"""

from typing import Any

from django.utils.translation import gettext as _

from apps.assessment.editing.document import KEY, Document
from apps.assessment.models import Scheme
from apps.core.refusals import Refusal

# Words for people: they change no figure.
WORDS = frozenset({KEY, "name", "basis", "text"})
FIXED = ("code", "year", "assessor", "assessed")


def takes_changes(scheme: Scheme) -> bool:
    return scheme.state == Scheme.State.DRAFT or scheme.is_moving


def check_may_change(scheme: Scheme, before: Document, after: Document) -> None:
    """Raises Refusal where the scheme's state does not take the change."""
    if not takes_changes(scheme):
        raise Refusal(_("结果已经审定，方案不再改动"))
    if scheme.state == Scheme.State.DRAFT:
        return
    if any(before.get(name) != after.get(name) for name in FIXED):
        raise Refusal(_("方案启动后，代码、年度、考核机构和考核对象类别不能改动"))
    if scheme.state == Scheme.State.OPEN:
        return
    if _weight_of(before) != _weight_of(after):
        raise Refusal(
            _(
                "审核已经开始，指标、分值、规则、分组和等次不再改动，否则已作的评定失去依据；只能更正文字和推迟日期"
            )
        )
    _check_dates(before["calendar"], after["calendar"])


def _weight_of(document: Document) -> Any:
    """What decides over points and grades: the document without words and dates."""
    return _bare({name: value for name, value in document.items() if name != "calendar"}, _renamed(document))


def _bare(value: Any, groups: dict[str, int]) -> Any:
    if isinstance(value, dict):
        return {
            groups.get(name, name): _named(name, each, groups)
            for name, each in value.items()
            if name not in WORDS
        }
    return [_bare(each, groups) for each in value] if isinstance(value, list) else value


def _named(name: str, value: Any, groups: dict[str, int]) -> Any:
    """The groups of an item by their place, so that a group may get a better name."""
    is_list_of_names = name == "groups" and all(isinstance(each, str) for each in value)
    return [groups.get(each, each) for each in value] if is_list_of_names else _bare(value, groups)


def _renamed(document: Document) -> dict[str, int]:
    return {group["name"]: place for place, group in enumerate(document["groups"])}


def _check_dates(before: Document, after: Document) -> None:
    for name, value in before.items():
        if name == "objection_workdays":
            earlier = after[name] < value
        else:
            earlier = str(after[name]).split("/")[-1] < str(value).split("/")[-1]
        if earlier:
            raise Refusal(_("审核开始后日期只能推迟，异议期只能延长"))
