from pathlib import Path

import polib
import pytest

from tests.architecture import sources

CATALOGUES = sorted((*sources.ROOT.glob("hardening/**/django.po"), *sources.ROOT.glob("portal/**/django.po")))


@pytest.mark.parametrize("path", CATALOGUES, ids=sources.named)
def test_the_compiled_messages_say_what_their_source_says(path: Path) -> None:
    source = polib.pofile(str(path))
    compiled = polib.mofile(str(path.with_suffix(".mo")))

    assert spoken(compiled) == spoken(source)


@pytest.mark.parametrize("path", CATALOGUES, ids=sources.named)
def test_every_message_is_translated_and_reviewed(path: Path) -> None:
    source = polib.pofile(str(path))

    assert [entry.msgid for entry in source.untranslated_entries()] == []
    assert [entry.msgid for entry in source if entry.fuzzy] == []


def spoken(catalogue: polib.POFile | polib.MOFile) -> set[tuple[str, str, str]]:
    return {
        (entry.msgctxt or "", entry.msgid, entry.msgstr or str(sorted(entry.msgstr_plural.items())))
        for entry in catalogue
        if not entry.obsolete
    }
