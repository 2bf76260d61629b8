from dataclasses import replace

import pytest

from tests import selection

ABSENT = tuple(replace(program, find=lambda: None) for program in selection.PROGRAMS)
PRESENT = tuple(replace(program, find=lambda: "/usr/bin/true") for program in selection.PROGRAMS)


@pytest.fixture
def items(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """This test itself, as if it logged in to a token."""
    request.node.add_marker("token")
    return [request.node]


def test_what_needs_an_absent_program_is_left_out(
    items: list[pytest.Item], pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "PROGRAMS", ABSENT)
    monkeypatch.setattr(pytestconfig.hook, "pytest_deselected", lambda **_: None)

    selection.leave_out(items, config=pytestconfig)

    assert items == []


def test_what_needs_a_present_program_is_kept(
    items: list[pytest.Item], pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "PROGRAMS", PRESENT)
    monkeypatch.setattr(pytestconfig.hook, "pytest_deselected", lambda **_: None)

    selection.leave_out(items, config=pytestconfig)

    assert len(items) == 1


def test_a_run_that_relies_on_an_absent_program_does_not_start(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "PROGRAMS", ABSENT)
    monkeypatch.setenv("REQUIRE_TOKEN", "1")
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)

    with pytest.raises(pytest.UsageError, match="REQUIRE_TOKEN=1: SoftHSM was not found"):
        selection.require_programs(pytestconfig)
