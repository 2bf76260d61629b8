from pathlib import Path

import pytest

from benchmarks.report import PAGE, SOURCES, MarkMissingError, about, conditions, filled, table
from benchmarks.rows import Row

SEAL = Row(name="seal", value=2.5, unit="µs", goal=3, peers={"CharField": 0.5}, absent={"other": "offers no look-up"})


def test_a_row_shows_its_figure_its_goal_and_who_stands_beside_it() -> None:
    assert table([SEAL]).splitlines()[2] == "| seal | 2.5 µs | ≤ 3 | yes | CharField 0.5; other: offers no look-up |"


def test_a_missed_goal_stands_out() -> None:
    rows = [Row(name="load", value=90_000, unit="rows/s", goal=100_000, better="higher")]

    assert "| load | 90,000 rows/s | ≥ 100,000 | **no** |  |" in table(rows)


def test_a_figure_without_a_promise_has_no_goal() -> None:
    assert "| bytes | 215.3 bytes |  |  |  |" in table([Row(name="bytes", value=215.34, unit="bytes")])


def test_a_bar_in_the_error_of_a_peer_does_not_end_its_cell() -> None:
    rows = [Row(name="open", value=1, unit="µs", absent={"peer": "TypeError: int | None"})]

    assert r"peer: TypeError: int \| None |" in table(rows)


def test_what_stood_between_the_marks_is_replaced_whole() -> None:
    page = "before\n<!-- bench -->\nold 3.14\n<!-- /bench -->\nafter\n"

    assert filled(page, mark="bench", content=r"new \1") == (
        "before\n<!-- bench -->\nnew \\1\n<!-- /bench -->\nafter\n"
    )


def test_filling_twice_changes_nothing() -> None:
    once = filled("<!-- bench -->\n<!-- /bench -->", mark="bench", content=table([SEAL]))

    assert filled(once, mark="bench", content=table([SEAL])) == once


def test_a_page_without_the_mark_is_refused() -> None:
    with pytest.raises(MarkMissingError):
        filled("<!-- bench -->\n<!-- /bench -->", mark="bench-scale", content="x")


@pytest.mark.parametrize("mark", SOURCES)
def test_the_page_has_a_place_for_every_source(mark: str) -> None:
    assert "figures of today" in filled(PAGE.read_text(encoding="utf-8"), mark=mark, content="figures of today")


def test_the_conditions_name_what_was_measured() -> None:
    assert all(word in conditions() for word in ("cores", "GiB", "Python", "django", "cryptography"))


def test_what_a_run_noted_of_its_machine_is_told_and_not_the_machine_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "bench-scale.about.txt").write_text("1 May 2026: 64 cores.\n")

    assert about(tmp_path / "bench-scale.json") == "1 May 2026: 64 cores."
    assert about(tmp_path / "bench.json") == conditions()
