"""Which functions of the package run, in their order."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def recorded_calls() -> Iterator[list[str]]:
    """Collect ``module.qualified_name`` of every function of the package that this thread enters."""
    entered: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("hardening."):
            entered.append(f"{module}.{frame.f_code.co_qualname}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield entered
    finally:
        sys.setprofile(before)


def first_not_in_order(expected: list[str], entered: list[str]) -> str:
    """Return the first name of ``expected`` that does not follow its predecessors in ``entered``, or nothing."""
    left = iter(entered)
    return next((name for name in expected if name not in left), "")
