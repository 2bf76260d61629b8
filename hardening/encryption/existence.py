"""Whether a record exists is personal data too: equality look-ups inside a request need a disclosure (D10)."""

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from hardening import disclosing
from hardening.encryption.conf import EncryptionSettings
from hardening.errors import NotDisclosedError

if TYPE_CHECKING:
    from hardening.encryption.sealed_field import SealedField

_log = logging.getLogger("hardening.encryption")


def require_disclosure(field: "SealedField", *, indexes: Collection[UUID]) -> None:
    """Let an equality look-up on ``field`` pass where nothing guards existence, or in a disclosure, which charges it.

    An attacker who may ask "is this number insured here?" for free enumerates the insured without opening one
    record: the gate charges each such question. A field that opens on access has no gate, and its existence none
    either.

    Raise NotDisclosedError where the settings refuse it; elsewhere it is logged, without the value.
    """
    if not field.is_gated:
        return
    disclosure = disclosing.active()
    if disclosure is not None:
        disclosure.note_search(field=str(field), indexes=indexes)
        return
    if not disclosing.is_existence_guarded():
        return
    if EncryptionSettings.load().refuses_unguarded_existence():
        raise NotDisclosedError(f"{field}: asking whether a value exists needs `with disclose(...)` in a request")
    _log.warning("existence of a value of %s was asked outside a disclosure", field)
