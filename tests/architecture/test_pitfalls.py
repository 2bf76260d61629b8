import ast
import re
from functools import cache

import pytest

from tests.architecture import sources

ROW = re.compile(r"^\| ([PCRA]\d+) \| .+ \| (tested|issue \d+) \|$", re.MULTILINE)
TABLE = dict(ROW.findall((sources.ROOT / "docs" / "reference" / "pitfalls.md").read_text(encoding="utf-8")))
TESTED = [pitfall for pitfall, state in TABLE.items() if state == "tested"]
ALL = {"P": 33, "C": 22, "R": 26, "A": 16}


def test_every_pitfall_is_tested_or_owed_by_an_issue() -> None:
    expected = [f"{family}{number}" for family, count in ALL.items() for number in range(1, count + 1)]

    assert sorted(TABLE) == sorted(expected)


@pytest.mark.parametrize("pitfall", TESTED)
def test_a_tested_pitfall_is_cited_by_a_test(pitfall: str) -> None:
    assert pitfall in cited()


@cache
def cited() -> frozenset[str]:
    """Return every pitfall that a test names, in its own name or in a docstring of its own or of its file."""
    found: set[str] = set()
    for path in sources.modules("tests"):
        if path.name.startswith("test_") and path.name != "test_pitfalls.py":
            found |= pitfalls_in(ast.get_docstring(sources.tree(path)) or "")
            for node in ast.walk(sources.tree(path)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                    found |= pitfalls_in(ast.get_docstring(node) or "") | pitfalls_in(
                        node.name.upper().replace("_", " ")
                    )
    return frozenset(found)


def pitfalls_in(text: str) -> set[str]:
    """Return the pitfalls that a text names, one by one or as a range (R8-R10)."""
    alone = set(re.findall(r"\b[PCRA]\d{1,2}\b", text))
    ranges = re.findall(r"\b([PCRA])(\d{1,2})-(?:\1)?(\d{1,2})\b", text)
    return alone | {f"{family}{n}" for family, first, last in ranges for n in range(int(first), int(last) + 1)}
