"""Settings of the contestants named in BENCH_CONTESTANT (a comma between two), with keys of this run alone."""

import base64
import os
from pathlib import Path

from benchmarks.encryption.contestants import OPENED, SEALED
from hardening.composition import apps_for
from portal.settings import databases

_contestants = os.environ["BENCH_CONTESTANT"].split(",")
_folder = Path(os.environ["RUNNING_FOLDER"])

SECRET_KEY = "measured on a socket, guards nothing"  # noqa: S105 - guards nothing real
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {**databases.postgresql(os.environ["RUNNING_DATABASE_1"]), "CONN_MAX_AGE": None}}
INSTALLED_APPS = [
    *(apps_for("encryption") if {SEALED, OPENED} & set(_contestants) else ()),
    *(f"benchmarks.encryption.peers.{name}" for name in _contestants),
]
HARDENING_KEYS = {"file": _folder / f"{DATABASES['default']['NAME']}.keys.json"}

_fernet_key = base64.urlsafe_b64encode(os.urandom(32)).decode()
SALT_KEY = _fernet_key
FIELD_ENCRYPTION_KEY = _fernet_key
FIELD_ENCRYPTION_KEYS = [os.urandom(32).hex()]
SECURED_FIELDS_KEY = _fernet_key
SECURED_FIELDS_HASH_SALT = os.urandom(4).hex()
TINK_FIELDS_CONFIG = {
    "default": {"path": _folder / "bench_tink.json", "cleartext": True},
    "search": {"path": _folder / "bench_tink_deterministic.json", "cleartext": True},
}
