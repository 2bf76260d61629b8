"""Write ``docs/reference`` from the code, so that it cannot say anything else than the code."""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.generating.checks import checks_page
from docs.generating.commands import commands_page
from docs.generating.settings import settings_page

REFERENCE = Path(__file__).resolve().parents[1] / "reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "checks.md": checks_page,
    "commands.md": commands_page,
}
"""File → what writes it."""
