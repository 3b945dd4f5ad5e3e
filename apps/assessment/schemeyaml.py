"""Scheme files as YAML: from text to a document of mappings and lists, and back."""

from collections.abc import Hashable
from typing import Any, ClassVar

import yaml
from django.utils.translation import gettext as _

from apps.assessment.reading import Finding

# A scheme is a page or two of text; anything bigger is not a scheme.
MOST_BYTES = 200_000


class SchemeRefused(Exception):
    """The file is no sound scheme; `findings` say why, fit to show to the user."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def written(document: dict[str, Any]) -> str:
    """The document as a YAML file."""
    text: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text


class _Dumper(yaml.SafeDumper):
    """Short lists stand in one line, as people write steps and levels."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def parsed(content: bytes | str) -> dict[str, Any]:
    """The document of a YAML file. Raises SchemeRefused where it is none."""
    document = _loaded(content)
    if not isinstance(document, dict):
        raise SchemeRefused([Finding("", _("这不是一份考核方案：应是 YAML 格式的方案文件"))])
    return document


def _loaded(content: bytes | str) -> Any:
    if len(content) > MOST_BYTES:
        raise SchemeRefused([Finding("", _("文件过大，考核方案不应超过 200 KB"))])
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return yaml.load(text, Loader=_Loader)  # noqa: S506 # nosemgrep: text-becomes-code - a SafeLoader that refuses doubled keys and aliases
    except UnicodeDecodeError:
        raise SchemeRefused([Finding("", _("文件不是 UTF-8 编码，请另存为 UTF-8 后再导入"))]) from None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        place = (
            _("第 %(line)s 行第 %(column)s 列") % {"line": mark.line + 1, "column": mark.column + 1}
            if mark
            else ""
        )
        raise SchemeRefused(
            [Finding(place, _("YAML 格式有误，请检查缩进、冒号、括号和重复的名称"))]
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SchemeRefused([Finding("", _("文件无法读取：不是有效的 YAML"))]) from None


class _Loader(yaml.SafeLoader):
    """Refuses a key written twice (YAML would silently keep the last) and aliases (they unfold without end)."""

    # Dates stay text: `reading` reads them, and a 30 February becomes a finding and not a crash.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        for number, (key, (key_node, _value)) in enumerate(zip(keys, node.value, strict=True)):
            if not isinstance(key, Hashable) or key in keys[:number]:
                raise yaml.MarkedYAMLError(problem="key", problem_mark=key_node.start_mark)
        return super().construct_mapping(node, deep)
