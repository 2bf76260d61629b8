import re

import pytest

from docs.generating import PAGES, REFERENCE, checks


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_says_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name](), f"{name} is out of date: run `make docs`"


def test_every_check_id_of_the_source_has_its_entry() -> None:
    described = set(re.findall(r"^### (\S+)$", checks.checks_page(), flags=re.MULTILINE))

    assert described == checks.declared_ids()


def test_an_entry_carries_the_hint_that_the_check_gives() -> None:
    (finding,) = [found for found in checks.findings() if found.id == "hardening.E004"]

    assert finding.message.startswith("DATABASE_ROUTERS lacks hardening.routing.HardeningRouter")
    assert finding.hint == 'Add "hardening.routing.HardeningRouter" to DATABASE_ROUTERS, first.'
