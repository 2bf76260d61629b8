import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs/decisions"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))


def test_the_index_lists_every_decision_once() -> None:
    listed = re.findall(r"\]\((\d{4}-[^)]+\.md)\)", (FOLDER / "README.md").read_text())
    assert listed == [path.name for path in DECISIONS]


def test_no_two_decisions_share_a_number() -> None:
    assert len({path.name[:4] for path in DECISIONS}) == len(DECISIONS)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("part", ["Status", "Context", "Decision", "Consequences", "Alternatives"])
def test_a_decision_has_each_of_its_parts(path: Path, part: str) -> None:
    assert re.search(rf"^(## )?{part}\b", path.read_text(), flags=re.MULTILINE)
