"""By which words a member is found: kept by triggers beside name and posts, read by one function (migration).

A table of its own and no columns of Member: what is derived from posts must write no history of the person, and
the search reads nothing else.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.members.models.people import Member


class MemberWords(models.Model):
    """A member's name as written, simplified, and the names of present organizations, one a line, letters only.

    `pairs` are the neighbouring letters of each line: an index finds candidates by them, `words` decides. Written
    by `members_refind(ids)` alone, which the triggers on members, appointments and organizations call, so that COPY
    and bulk writers are covered too (as `office_path` is). No row here is ever written by Python.
    """

    member = models.OneToOneField(
        Member,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
        # The one function that writes here reads the ids from the members; a trigger there takes the row away.
        db_constraint=False,
        db_comment="pd:basic; end=erase",
    )
    words = models.TextField(db_comment="pd:basic; end=erase")
    pairs = ArrayField(models.TextField(), db_comment="pd:basic; end=erase")

    class Meta:
        verbose_name = _("检索词")
        verbose_name_plural = _("检索词")
        indexes = [GinIndex(fields=["pairs"], name="member_words_pairs")]

    def __str__(self) -> str:
        return str(self.pk)
