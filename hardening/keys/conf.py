"""Settings of the keys domain."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from hardening.conf import DomainSettings
from hardening.errors import KeyUnavailableError

ENVIRONMENT_NAME = "HARDENING_KEYS_FILE"


@dataclass(frozen=True, kw_only=True)
class KeysSettings(DomainSettings):
    """``HARDENING_KEYS``."""

    domain = "KEYS"

    file: str | Path | None = None
    """Path of the key file of a demonstration or a test. Leave it None in production: the path then comes from
    the environment variable HARDENING_KEYS_FILE, and a file inside BASE_DIR is refused, since the project's
    directory is what gets copied, packed and served by mistake."""

    def path(self) -> Path:
        """Return where the key file is.

        Raise KeyUnavailableError if nothing says so, or if production keys stand inside the project.
        """
        if self.file is not None:
            return Path(self.file)
        given = os.environ.get(ENVIRONMENT_NAME, "")
        if not given:
            raise KeyUnavailableError(f"no key file: set the environment variable {ENVIRONMENT_NAME} to its path")
        path = Path(given).resolve()
        project = getattr(settings, "BASE_DIR", None)
        if project is not None and path.is_relative_to(Path(project).resolve()):
            raise KeyUnavailableError(f"{ENVIRONMENT_NAME} points inside BASE_DIR; keep the keys outside the project")
        return path
