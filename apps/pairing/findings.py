"""What rules have to say about a write: the form, the API and the tests share one answer.

A finding that `may_pass` warns: the same input goes through once the user has ticked that it is meant.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.core.refusals import Refusal


@dataclass(frozen=True)
class Finding:
    """`field` names the input it is about, as forms and the API call it; `message` is a sentence for people."""

    code: str
    field: str
    message: Any
    may_pass: bool = False


class Refused(Refusal):
    """A write that breaks rules; nothing was written. `findings` says which, worst first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(findings, key=lambda finding: finding.may_pass)
        first = self.findings[0]
        super().__init__(first.message, code=first.code, field=first.field)

    @property
    def needs_confirmation_only(self) -> bool:
        return all(finding.may_pass for finding in self.findings)


def refuse_if(findings: Iterable[Finding], *, confirmed: bool = False) -> None:
    """Raises Refused unless nothing is left but warnings that the user confirmed."""
    stopping = [finding for finding in findings if not (finding.may_pass and confirmed)]
    if stopping:
        raise Refused(stopping)
