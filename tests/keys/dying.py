"""A program that changes a key ring and is killed with SIGKILL: ``python -m tests.keys.dying '<json>'``.

It is told the names of the databases, a folder, a change, and how it dies: before each step in turn (a statement, a
commit, a call that touches the file), until one child lives, or at given moments. After each death it looks at what
is left, mends it, and looks again; it answers with what it saw.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

SYSTEM_CALLS = ("open", "fsync", "link", "replace", "unlink")


def main(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Run the change again and again, each time from the same beginning."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - only now
    from django.db import connections  # noqa: PLC0415

    for alias, name in told["databases"].items():
        connections[alias].settings_dict["NAME"] = name
    path = Path(told["folder"], "keys.json")
    settings.HARDENING_KEYS = {"file": path}
    return [_one(death, told, path) for death in _deaths(told)]


def _deaths(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if told["after_ms"]:
        yield from ({"after_ms": moment} for moment in told["after_ms"])
        return
    for step in range(1, 200):
        death: dict[str, Any] = {"before_step": step}
        yield death
        if not death["signal"]:
            return


def _one(death: dict[str, Any], told: dict[str, Any], path: Path) -> dict[str, Any]:
    from hardening.keys.key_store import read_keys  # noqa: PLC0415

    _begin(path, told["change"])
    before = {key.id: key.root for key in read_keys()} if path.exists() else {}
    death["signal"] = _killed(death, told["change"])
    seen = {**death, "starts": _starts()}
    _change(told["mend"])
    return {**seen, "lost": _lost(before), **_standing(path)}


def _begin(path: Path, change: str) -> None:
    from hardening.keys import lifecycle  # noqa: PLC0415
    from hardening.keys.creation import create_keys  # noqa: PLC0415
    from hardening.keys.models import KeyRecord  # noqa: PLC0415
    from tests.keys.retiring import let_pass  # noqa: PLC0415

    for left in path.parent.iterdir():
        left.unlink()
    KeyRecord.objects.all().delete()
    if change == "init":
        return
    create_keys()
    lifecycle.add_key("encryption")
    if change in {"retire", "destroy"}:
        _change("promote")
    if change == "destroy":
        _change("retire")
        let_pass(KeyRecord.objects.get(keyset="encryption", state="retired").pk)


def _change(change: str) -> None:
    from hardening.keys import lifecycle  # noqa: PLC0415
    from hardening.keys.creation import create_keys  # noqa: PLC0415
    from hardening.keys.models import KeyRecord  # noqa: PLC0415

    ids = list(KeyRecord.objects.filter(keyset="encryption").order_by("pk").values_list("pk", flat=True))
    changes: dict[str, Callable[[], object]] = {
        # Whoever reads that it was interrupted runs it again; a finished one refuses, as it should.
        "init": lambda: create_keys() if not KeyRecord.objects.exists() or _starts() else None,
        "add": lambda: lifecycle.add_key("encryption"),
        "promote": lambda: lifecycle.promote_key(ids[1]),
        "retire": lambda: lifecycle.retire_key(ids[0]),
        "destroy": lambda: lifecycle.destroy_key(ids[0]),
        "repair": lifecycle.repair,
    }
    changes[change]()


def _killed(death: dict[str, Any], change: str) -> int:
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    child = os.fork()
    if child == 0:
        with connections["default"].execute_wrapper(_die_before(death.get("before_step", 0))):
            _change(change)
        os._exit(0)
    if "after_ms" in death:
        time.sleep(death["after_ms"] / 1000)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _die_before(step: int) -> Callable[..., Any]:
    """Return a wrapper of statements that dies before the step, and count commits and system calls as steps too."""
    from django.db import connections  # noqa: PLC0415

    taken = 0

    def counted(run: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any, **kwargs: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return run(*args, **kwargs)

        return count

    for name in SYSTEM_CALLS:
        setattr(os, name, counted(getattr(os, name)))
    connection: Any = connections["default"]
    connection.commit = counted(connection.commit)
    # Statements on other tables count what stands under a key; between those nothing changes.
    return lambda run, sql, *args: (counted(run) if "hardening_keys_key" in str(sql) else run)(sql, *args)


def _starts() -> str:
    from hardening.errors import KeyUnavailableError  # noqa: PLC0415
    from hardening.keys.ring import forget_key_ring, key_ring  # noqa: PLC0415

    forget_key_ring()
    try:
        key_ring()
    except KeyUnavailableError as error:
        return str(error)
    return ""


def _lost(before: dict[int, bytes]) -> list[int]:
    from hardening.keys.key_store import read_keys  # noqa: PLC0415
    from hardening.keys.models import KeyRecord  # noqa: PLC0415

    held = {key.id: key.root for key in read_keys()}
    destroyed = set(KeyRecord.objects.filter(state="destroyed").values_list("pk", flat=True))
    return [key_id for key_id, root in before.items() if held.get(key_id) != root and key_id not in destroyed]


def _standing(path: Path) -> dict[str, Any]:
    from hardening.keys.key_store import read_keys  # noqa: PLC0415
    from hardening.keys.verification import contradictions, known_records, unfinished  # noqa: PLC0415

    keys, records = read_keys(), known_records()
    return {
        "starts_mended": _starts(),
        "left": contradictions(keys, records) + unfinished(keys, records),
        "encryption": [record.state for record in records if record.keyset == "encryption"],
        "files": [left.name for left in path.parent.iterdir()],
    }


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
