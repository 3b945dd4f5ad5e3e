"""What pairing holds about members. A text of a visit that met several people goes with the first of them: it may name each."""

from apps.members.erasing.places import Place, holds_nothing_of_members, when_erasing
from apps.pairing import ending


def register() -> None:
    ending.register()
    when_erasing(
        Place("pairing.Proposal", "member", whole_rows=True),
        Place("pairing.HandoverNote", "pairing__member", whole_rows=True),
        Place("pairing.Promise", "visit__met__member"),
        Place("pairing.Visit", "met__member"),
        Place("pairing.Met", "member"),
        Place("pairing.Pairing", "member"),
    )
    holds_nothing_of_members("pairing.CoveredWork", "numbers of cases and tasks, gone with the cover")
    holds_nothing_of_members("pairing.PlannedPassing", "numbers of cases and tasks, gone when passed on")
    holds_nothing_of_members("pairing.ProposalRun", "who asked; gone after 30 days with its proposals")
