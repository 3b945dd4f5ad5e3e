"""Technical tables of the installation itself; core has no domain tables."""

from django.db import models


class KeyCheck(models.Model):
    """One row: which key file this database was written with. See `apps.core.keycheck`."""

    fingerprint = models.CharField(max_length=64, db_comment="pd:none; end=keep")

    class Meta:
        db_table = "core_keycheck"
        db_table_comment = "Fingerprint of the data key file; a wrong file stops the start."
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="core_keycheck_one_row"),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:8]
