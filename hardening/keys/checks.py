"""System checks of the keys domain."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connections

from hardening.conf import ConfigurationError
from hardening.errors import KeyUnavailableError
from hardening.keys.conf import ENVIRONMENT_NAME, KeysSettings
from hardening.keys.key_store import read_keys
from hardening.keys.models import KeyRecord
from hardening.keys.providers.configured import SECRETS, require_configured
from hardening.keys.providers.environment_secret import environment_secret
from hardening.keys.secret_key import is_made_of
from hardening.keys.verification import contradictions, is_interrupted_init, known_records, unfinished

E001 = "hardening_keys.E001"
"""The key file cannot be used."""
E002 = "hardening_keys.E002"
"""The key file and the database contradict each other."""
W001 = "hardening_keys.W001"
"""There are no keys yet."""
W002 = "hardening_keys.W002"
"""Production keys are named in the settings."""
W003 = "hardening_keys.W003"
"""A key has sealed many values."""
W004 = "hardening_keys.W004"
"""A change of the key ring was interrupted."""

W005 = "hardening_keys.W005"
"""A process with a key broker can read the key file too."""

W006 = "hardening_keys.W006"
"""A secret of this domain is made of SECRET_KEY."""

MANY_ROWS = 2**31
"""Half of the 2³² random nonces after which AES-GCM loses its margin."""


def check_key_file(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - what Django passes
    """Look at the file alone: place, owner, mode and content; with a broker, that this process has not got it."""
    try:
        if (broker := KeysSettings.load().broker()) is not None:
            return _look_past(broker)
        require_configured()
    except (ConfigurationError, KeyUnavailableError):
        return []  # said by the check of the provider, or by that of all settings
    try:
        path = KeysSettings.load().path()
    except KeyUnavailableError as error:
        return [checks.Error(str(error), hint=f"Set {ENVIRONMENT_NAME}.", id=E001)]
    if not path.exists():
        # Not an error here: on a new machine `migrate` runs its checks before keys can be made.
        return [checks.Warning(f"There is no key file at {path}.", hint="Run `manage.py keys init`.", id=W001)]
    try:
        read_keys()
    except KeyUnavailableError as error:
        return [checks.Error(str(error), hint="Mend its mode or its provider, or restore it.", id=E001)]
    return []


def check_known_keys(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Hold the file against what the database knows; runs where ``--database default`` is checked, as in migrate."""
    if "default" not in (databases or ()) or not _has_table():
        return []
    try:
        if KeysSettings.load().broker() is not None:
            return []
        require_configured()
    except (ConfigurationError, KeyUnavailableError):
        return []  # likewise
    records = known_records()
    if is_interrupted_init(records):
        return [checks.Warning("`keys init` was interrupted.", hint="Run `manage.py keys init` again.", id=W004)]
    try:
        keys = read_keys()
    except KeyUnavailableError as error:
        # A file that is merely not there yet is the other check's warning; one that rows wait for is lost.
        return [checks.Error(str(error), hint="Restore the key file from its backup.", id=E002)] if records else []
    hint = "Restore the key file that belongs to this database from its backup."
    wrong: list[checks.CheckMessage] = [
        checks.Error(f"{found}.", hint=hint, id=E002) for found in contradictions(keys, records)
    ]
    worn = [record for record in records if record.rows_sealed >= MANY_ROWS]
    left = (
        []
        if wrong
        else [
            checks.Warning(f"{found}.", hint="Run `manage.py keys repair`.", id=W004)
            for found in unfinished(keys, records)
        ]
    )
    return [*wrong, *left] + [
        checks.Warning(f"Key {record.pk} has sealed {record.rows_sealed} values.", hint="Plan a new key.", id=W003)
        for record in worn
    ]


def check_production_source(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Under ``check --deploy``: the path of production keys belongs in the environment."""
    if KeysSettings.load().file is None:
        return []
    hint = f"Remove 'file' from HARDENING_KEYS and set {ENVIRONMENT_NAME}."
    return [checks.Warning("HARDENING_KEYS['file'] names the key file in the settings.", hint=hint, id=W002)]


def check_secret_key(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 - likewise
    """Under ``check --deploy``: no root, and no secret of the provider, is SECRET_KEY or made of it (C9)."""
    secret_keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    hint = "Replace it by a secret of its own: SECRET_KEY is known to every process, and rotated for other reasons."
    return [
        checks.Warning(f"{name} is made of SECRET_KEY.", hint=hint, id=W006)
        for name, secret in _secrets()
        if is_made_of(secret, secret_keys=secret_keys)
    ]


def _secrets() -> Iterator[tuple[str, bytes]]:
    try:
        options = KeysSettings.load()
        if options.broker() is not None:
            return
        if option := SECRETS.get(options.provider):
            variable = getattr(options, option)
            yield f"The secret of {variable}", environment_secret(variable).encode()
        yield from ((f"The root of key {key.id} ({key.keyset})", key.root) for key in read_keys())
    except (ConfigurationError, KeyUnavailableError):
        return  # said by the checks of file and provider


def _look_past(broker: Path) -> list[checks.CheckMessage]:
    try:
        is_readable = os.access(KeysSettings.load().path(), os.R_OK)
    except KeyUnavailableError:
        is_readable = False
    if not is_readable:
        return []
    hint = f"Give the file to the broker's user, and unset {ENVIRONMENT_NAME} here."
    message = f"The key broker at {broker} protects nothing: this process can read the key file."
    return [checks.Warning(message, hint=hint, id=W005)]


def _has_table() -> bool:
    connection = connections["default"]
    with connection.cursor() as cursor:
        return KeyRecord._meta.db_table in connection.introspection.table_names(cursor)
