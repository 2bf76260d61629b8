"""The suite's profile for a command in a process of its own: this test's databases and key file."""

import os
from pathlib import Path

from portal.settings.test import *  # noqa: F403 - a settings profile is its base, changed

for _alias in ("default", "hardening"):
    DATABASES[_alias]["NAME"] = os.environ[f"ROTATING_{_alias.upper()}"]  # noqa: F405 - of the base
HARDENING_KEYS = {"file": Path(os.environ["ROTATING_KEYS"])}
