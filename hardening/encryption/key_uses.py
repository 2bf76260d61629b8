"""What this domain answers when the keys domain asks what stands under a key."""

from hardening.encryption.census import indexes_by_key, values_by_key
from hardening.keys import uses


def register() -> None:
    """Let keys of sealed values and of blind indexes be retired only when nothing needs them."""
    uses.register("encryption", name="sealed values", count=values_by_key)
    uses.register("index", name="blind indexes", count=indexes_by_key)
