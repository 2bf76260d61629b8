"""Whether a record exists is personal data too: equality look-ups inside a request need a disclosure (D10)."""

import logging

from hardening import disclosing
from hardening.encryption.conf import EncryptionSettings
from hardening.errors import NotDisclosedError

_log = logging.getLogger("hardening.encryption")


def require_disclosure(field: object) -> None:
    """Let an equality look-up on ``field`` pass if nothing guards existence here, or a disclosure is active.

    An attacker who may ask "is this number insured here?" for free enumerates the insured without opening one
    record: the gate charges each such question.

    Raise NotDisclosedError where the settings refuse it; elsewhere it is logged, without the value.
    """
    if not disclosing.is_existence_guarded() or disclosing.active() is not None:
        return
    if EncryptionSettings.load().refuses_unguarded_existence():
        raise NotDisclosedError(f"{field}: asking whether a value exists needs `with disclose(...)` in a request")
    _log.warning("existence of a value of %s was asked outside a disclosure", field)
