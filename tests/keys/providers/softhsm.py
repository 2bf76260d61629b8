"""Where SoftHSM is: a PKCS#11 token in software, Debian's package."""

import os
import shutil
from functools import cache
from pathlib import Path

PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)

WAYS = """SoftHSM was not found. Any of these mends it:
  1. as root: python3 .ci/install_softhsm.py
  2. apt-get install --no-install-recommends softhsm2
  3. export SOFTHSM=/path/to/libsofthsm2.so, with softhsm2-util on PATH"""


@cache
def softhsm() -> str | None:
    """Return the path of the module that tests may load, or None when it or its tool is not there."""
    named = os.environ.get("SOFTHSM")
    places = [named] if named else PLACES
    return next((place for place in places if Path(place).is_file()), None) if shutil.which("softhsm2-util") else None
