"""What merging two members or two organizations does to what they asked: it moves."""

from apps.casework.models import Case
from apps.members.merging import Rehang, Steps, of_members, of_organizations


def register() -> None:
    """Called once, from `AppConfig.ready()`."""
    _move_cases(of_members, "member")
    _move_cases(of_organizations, "organization")


def _move_cases(steps: Steps, asker: str) -> None:
    cases = Rehang(Case, asker)
    steps.when_merging("casework.cases", [f"casework.Case.{asker}"], move=cases.move, restore=cases.restore)
