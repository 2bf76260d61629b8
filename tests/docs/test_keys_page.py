import re

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/how-to/keys.md").read_text(encoding="utf-8")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "hardening/keys").glob("*.py"))
MESSAGES = re.sub(r"\{[^{}]*\}", "…", SOURCE.replace("{ENVIRONMENT_NAME}", "HARDENING_KEYS_FILE"))


def phrases() -> list[str]:
    (_, table) = PAGE.split("| the message says | do |\n|---|---|\n")
    cells = [row.split(" | ")[0].removeprefix("| ") for row in table.split("\n\n")[0].splitlines()]
    return [phrase.strip() for cell in cells for phrase in re.split(r", |\(.*?\)", cell) if phrase.strip()]


def test_every_message_that_the_page_explains_is_one_that_keys_say() -> None:
    words = [re.escape(part.strip()) for phrase in phrases() for part in phrase.split("…") if part.strip()]

    assert len(words) > 20
    assert [word for word in words if not re.search(word, MESSAGES)] == []
