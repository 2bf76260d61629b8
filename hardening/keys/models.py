"""What the database knows of each key: its id, whether a key file holds the right one, how much it sealed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hardening.keys.derivation import CHECK_HEX_DIGITS
from hardening.keys.key_file import KEYSETS, KeyState


class KeyRecord(models.Model):
    """One key that exists or existed. The row allocates the id, which is never used again; it holds no secret."""

    id = models.SmallAutoField(primary_key=True)
    keyset = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    check_value = models.CharField(max_length=CHECK_HEX_DIGITS)
    canary = models.BinaryField(max_length=64)
    created_at = models.DateTimeField()
    rows_sealed = models.BigIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)
    """When the key was retired; processes of other hosts learn of it somewhat later."""

    class Meta:
        db_table = "hardening_keys_key"
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["keyset"], condition=models.Q(state=KeyState.PRIMARY.value), name="hardening_keys_one_primary"
            ),
            models.CheckConstraint(condition=models.Q(keyset__in=KEYSETS), name="hardening_keys_keyset"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in KeyState]), name="hardening_keys_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.keyset} {self.pk} ({self.state})"
