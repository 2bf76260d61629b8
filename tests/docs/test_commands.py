import re
import shlex

import pytest
from django.core.management import get_commands, load_command_class

from tests.docs.pages import ROOT, commands, pages

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
OF_THE_SYSTEM = {"pip", "export", "cp", "chmod", "git"}
GENERATED = "docs/reference/commands.md"
"""Its usage lines name arguments instead of giving them."""

WRITTEN = [(place, command) for place, command in commands() if not place.startswith(GENERATED)]
IN_PASSING = [
    (f"{path.relative_to(ROOT)}", command)
    for path in pages()
    for command in re.findall(r"`((?:manage\.py|make) [a-z_-]+)", path.read_text(encoding="utf-8"))
]


def words_of(command: str) -> list[str]:
    words = shlex.split(command)
    return words[1:] if words[0] in {"python", "python3"} else words


@pytest.mark.parametrize(("place", "command"), WRITTEN)
def test_a_command_of_a_console_block_is_one_that_runs(place: str, command: str) -> None:
    program, *arguments = words_of(command)

    if program == "make":
        assert {word for word in arguments if "=" not in word} <= TARGETS, place
    elif program.endswith("manage.py"):
        name, *rest = arguments
        load_command_class(get_commands()[name], name).create_parser("manage.py", name).parse_args(rest)
    else:
        assert program in OF_THE_SYSTEM, place


@pytest.mark.parametrize(("place", "command"), IN_PASSING)
def test_a_command_named_in_a_sentence_exists(place: str, command: str) -> None:
    program, name = command.split()

    assert name in (TARGETS if program == "make" else get_commands()), place


def test_there_are_commands_to_look_at() -> None:
    assert len(WRITTEN) > 10
    assert IN_PASSING
