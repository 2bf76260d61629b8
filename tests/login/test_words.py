"""The words of the pages, as they are said once every catalogue is loaded."""

from pathlib import Path

import polib
import pytest
from django.utils import translation

import hardening

CATALOGUES = [
    Path(hardening.__file__).parent / domain / "locale/fr/LC_MESSAGES/django.po"
    for domain in ("login", "authenticators")
]
"""Of the two domains whose pages people see at every login."""


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parents[3].name)
def test_no_other_application_says_it_otherwise(catalogue: Path) -> None:
    """Catalogues are merged: the admin's "Remove" was "Enlever" on our page."""
    with translation.override("fr"):
        said = {entry.msgid: translation.gettext(entry.msgid) for entry in polib.pofile(str(catalogue)) if entry.msgstr}

    meant = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue)) if entry.msgstr}
    assert said == meant
