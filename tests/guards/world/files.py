from apps.files.models import StoredFile
from apps.files.storage import new_file
from tests.guards.world import CANARY, Cast, Page


def arguments(cast: Cast) -> dict[str, object]:
    with new_file(f"{CANARY}.xlsx", purpose=StoredFile.Purpose.EXPORT, owner=cast.office_admin) as draft:
        draft.path.write_bytes(CANARY.encode())
    return {"public_id": draft.stored.public_id}


PAGES = {
    "files:download": Page(kwargs=arguments),
    "files:export_audit": Page(post=lambda cast: {"action": "read"}, shared=True),
    # Only auditors of the whole tree; those of the walk have a county.
    "files:audit_kit": Page(may_refuse=True),
}
