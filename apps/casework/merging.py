"""What merging two members does to what they asked: it moves."""

from apps.casework.models import Case
from apps.members.merging import Rehang, of_members


def register() -> None:
    """Called once, from `AppConfig.ready()`."""
    cases = Rehang(Case)
    of_members.when_merging(
        "casework.cases", ["casework.Case.member"], move=cases.move, restore=cases.restore
    )
