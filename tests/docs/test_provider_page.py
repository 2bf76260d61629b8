import ast
import re

from hardening.keys.conf import PROVIDERS, KeysSettings
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/how-to/choose-a-provider.md").read_text(encoding="utf-8")
SHOWN = [
    ast.literal_eval(given) for given in re.findall(r"^HARDENING_KEYS = (\{.*?\})$", PAGE, re.MULTILINE | re.DOTALL)
]


def test_the_page_compares_every_provider() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [*PROVIDERS]


def test_the_settings_that_the_page_shows_are_accepted_and_hold_no_secret() -> None:
    assert [KeysSettings(**given).provider for given in SHOWN] == [name for name in PROVIDERS if name != "file"]
