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


def require_part_look_up(field: "SealedField", *, indexes: Collection[UUID]) -> None:
    """Let a look-up by a part of ``field`` pass in commands and statistics, and in requests where the settings say so.

    The price of a look-up is that of one person. A part finds thousands for it, and parts laid over each other,
    or over what is clear, find one person whose whole number nobody knew.

    Raise NotDisclosedError in all other requests, whatever disclosure is open.
    """
    guarded = field.is_gated and disclosing.is_existence_guarded()
    if guarded and not EncryptionSettings.load().parts_in_requests:
        raise NotDisclosedError(
            f"{field}: no request looks people up by a part of a value; do it in a command, or set "
            'HARDENING_ENCRYPTION["parts_in_requests"]'
        )
    require_disclosure(field, indexes=indexes)
