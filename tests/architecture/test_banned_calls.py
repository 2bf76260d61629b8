import ast

from tests.architecture import sources

NOTICES = "outbox"
"""Only notices, after commit, may go on when a receiver fails."""


def test_no_event_is_sent_in_a_way_that_swallows_a_failing_receiver() -> None:
    swallowing = [
        f"{sources.named(path)}:{node.lineno}"
        for path in sources.modules("hardening", "portal")
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "send_robust" and NOTICES not in path.stem
    ]

    assert swallowing == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    avoiding = [
        f"{sources.named(path)}:{node.lineno}"
        for path in sources.modules("tests")
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail", "importorskip"}
    ]

    assert avoiding == []
