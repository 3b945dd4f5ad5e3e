"""What is done in pairing: pairs begin and end, visits are logged, changed and voided, other deeds are entered."""

from apps.pairing.actions.beside import keep_promise, let_write, take_back
from apps.pairing.actions.entries import drop_entries, record_entries, record_entry
from apps.pairing.actions.pairs import end_pairing, start_pairing
from apps.pairing.actions.plans import save_plan
from apps.pairing.actions.visits import Logged, edit_visit, log_visit, void_visit

__all__ = [
    "Logged",
    "drop_entries",
    "edit_visit",
    "end_pairing",
    "keep_promise",
    "let_write",
    "log_visit",
    "record_entries",
    "record_entry",
    "save_plan",
    "start_pairing",
    "take_back",
    "void_visit",
]
