"""What this domain answers when the keys domain asks what stands under a key."""

from collections.abc import Mapping

from hardening.encryption.census import sealed_fields, values_by_key
from hardening.keys import uses


def register() -> None:
    """Let keys of sealed values and of blind indexes be retired only when nothing needs them."""
    uses.register("encryption", name="sealed values", count=values_by_key)
    uses.register("index", name="blind indexes", count=indexes_by_key)


def indexes_by_key(*, lock: bool) -> Mapping[int, int] | None:
    """Return no indexes if no indexed field holds a value, else None: an index does not name the key it is made with.

    Then only a rotation that has been through all rows can say that none is left of the old key.
    """
    del lock  # a rotation's record does not change under a lock
    for field in sealed_fields():
        manager = field.model._base_manager
        if field.indexed and manager.exclude(**{f"{field.companion_name}__isnull": True}).exists():
            return None
    return {}
