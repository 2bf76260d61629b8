"""A pause that a test need not wait for."""

from hardening.keys import lifecycle
from hardening.keys.lifecycle import PAUSE
from hardening.keys.models import KeyRecord


def let_pass(key_id: int) -> None:
    """Have the key retired for as long as `destroy` demands."""
    record = KeyRecord.objects.using("default").get(pk=key_id)
    assert record.retired_at is not None
    KeyRecord.objects.using("default").filter(pk=key_id).update(retired_at=record.retired_at - PAUSE)


def retire_long_ago(key_id: int) -> None:
    """Retire the key, and let the pause pass."""
    lifecycle.retire_key(key_id)
    let_pass(key_id)
