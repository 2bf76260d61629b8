"""Where Chromium is."""

import os
import shutil
from functools import cache
from pathlib import Path

UNPACKED = Path(__file__).parents[2] / "var" / "chromium" / "chromium"
"""Where ``.ci/install_chromium.py`` puts one on a machine without a package manager."""

WAYS = """Chromium was not found. Any of these mends it:
  1. python3 .ci/install_chromium.py
  2. apt-get install --no-install-recommends chromium fonts-liberation
  3. export CHROMIUM=/path/to/chromium"""


@cache
def chromium() -> str | None:
    """Return the path of a Chromium that tests may drive, or None when there is none."""
    named = os.environ.get("CHROMIUM")
    programs = (
        [named] if named else ["/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", str(UNPACKED)]
    )
    return next((found for program in programs if (found := shutil.which(program))), None)
