"""Where the server programs are: on PATH, where Debian keeps them, or in the wheels of requirements-test.txt."""

import importlib.util
import shutil
from collections.abc import Iterable
from pathlib import Path


class ServerMissingError(RuntimeError):
    """A server can be neither reached nor started. There is no silent fallback: a control untested is not tested."""


def on_this_machine(program: str, *, folders: Iterable[Path] = ()) -> Path | None:
    """Return ``program`` from PATH, else from the first of ``folders`` that has it."""
    found = shutil.which(program)
    if found:
        # Resolved, because a server looks for its companions beside the file, not beside the link.
        return Path(found).resolve()
    return next((folder / program for folder in folders if (folder / program).is_file()), None)


def in_wheel(package: str, *, path: str) -> Path | None:
    """Return the file ``path`` of an installed ``package``, without importing it: its own start-up code never runs."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / path
    return program if program.is_file() else None
