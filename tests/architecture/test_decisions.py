import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs/decisions"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
INDEX = (FOLDER / "README.md").read_text()
FIRST = [f"D{number}" for number in range(1, 26)]


def test_the_index_lists_every_decision_once() -> None:
    listed = re.findall(r"^\| \[\d{4}\]\((\d{4}-[^)]+\.md)\)", INDEX, flags=re.MULTILINE)
    assert listed == [path.name for path in DECISIONS]


def test_each_first_decision_stands_in_a_decision_that_exists() -> None:
    rows = dict(re.findall(r"^\| (D\d+) \|.*\| (.+) \|$", INDEX, flags=re.MULTILINE))

    assert list(rows) == FIRST
    for stands_in in rows.values():
        places = re.findall(r"\]\(([^)]+)\)", stands_in)
        assert places
        assert {FOLDER / place for place in places} <= set(DECISIONS)


def test_no_two_decisions_share_a_number() -> None:
    assert len({path.name[:4] for path in DECISIONS}) == len(DECISIONS)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("part", ["Status", "Context", "Decision", "Consequences", "Alternatives"])
def test_a_decision_has_each_of_its_parts(path: Path, part: str) -> None:
    assert re.search(rf"^(## )?{part}\b", path.read_text(), flags=re.MULTILINE)
