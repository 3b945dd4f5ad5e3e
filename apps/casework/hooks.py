"""What upper apps do when a case changes: registered in their `ready()`, walked in order, in the same transaction."""

from collections.abc import Callable

from apps.casework.models import Case

CaseHook = Callable[[Case], None]

# A case was entered. `pairing` counts a suggestion heard.
when_case_opened: list[CaseHook] = []
# A case was closed with its result. `pairing` counts 办实事.
when_case_closed: list[CaseHook] = []
# A case that was answered or closed was opened again: what its end counted for goes.
when_case_reopened: list[CaseHook] = []
# A case was taken back: what it counted for goes.
when_case_withdrawn: list[CaseHook] = []


def run(hooks: list[CaseHook], case: Case) -> None:
    for hook in hooks:
        hook(case)
