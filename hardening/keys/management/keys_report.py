"""How the ring stands, for ``manage.py keys``: what is in it, what is wrong, and what may be done next."""

from typing import Any

from hardening.keys import uses
from hardening.keys.conf import KeysSettings
from hardening.keys.key_file import KEYSETS, KeyState
from hardening.keys.key_store import read_keys
from hardening.keys.lifecycle import pause_of, standing_under
from hardening.keys.models import KeyRecord
from hardening.keys.transitions import PAST, STEPS, obstacle
from hardening.keys.verification import contradictions, known_records, unfinished

_RESTS = {
    KeyState.PENDING: "`keys repair`, unless somebody is adding it this moment",
    KeyState.PRIMARY: "seals; `keys add {keyset}` makes its successor",
    KeyState.SUCCESSOR: "`rotate_index` goes on: it gives every value an index of this key",
    KeyState.COVERING: "`rotate_index` goes on: it makes this key primary",
    KeyState.DESTROYED: "nothing: its id is spent",
}


def status(*, is_counted: bool, done: list[str]) -> dict[str, Any]:
    """Return everything that may be said aloud of the ring; ``is_counted`` scans every sealed column for it.

    Raise KeyUnavailableError if the store cannot be read.
    """
    keys, records = read_keys(), known_records()
    counted = {keyset: uses.values_by_key(keyset) for keyset in KEYSETS} if is_counted else {}
    values = {record.pk: standing_under(record, counted.get(record.keyset)) for record in records}
    problems = contradictions(keys, records)
    of_primary = {record.keyset: values[record.pk] for record in records if record.state == KeyState.PRIMARY}
    return {
        "file": str(KeysSettings.load().path()),
        "done": done,
        "keys": [
            {
                "id": record.pk,
                "keyset": record.keyset,
                "state": record.state,
                "check": record.check_value,
                "created_at": record.created_at.isoformat(),
                "rows_sealed": record.rows_sealed,
                "values": values[record.pk] if is_counted else None,
                "next": _next(record, values=values[record.pk], of_primary=of_primary.get(record.keyset))
                if is_counted
                else _next_uncounted(record),
            }
            for record in records
        ],
        "unfinished": [] if problems else unfinished(keys, records),
        "problems": problems,
    }


def as_text(report: dict[str, Any]) -> str:
    """Return the report for a person."""
    lines = [*(f"{done[0].upper()}{done[1:]}." for done in report["done"]), f"Key file: {report['file']}"]
    lines.append(f"{'id':>5}  {'keyset':<10}  {'state':<9}  {'check':<16}  {'created':<10}  {'values':>10}  next")
    lines += [
        f"{key['id']:>5}  {key['keyset']:<10}  {key['state']:<9}  {key['check']:<16}  {key['created_at'][:10]}"
        f"  {'?' if key['values'] is None else key['values']:>10}  {key['next']}"
        for key in report["keys"]
    ]
    lines += [f"Unfinished: {left}; run `manage.py keys repair`." for left in report["unfinished"]]
    lines += [f"Problem: {problem}" for problem in report["problems"]]
    if not report["problems"]:
        lines.append(
            "The database knows every key of the file, and every canary opens. Keep a copy of the file off site."
        )
    return "\n".join(lines)


def _next(record: KeyRecord, *, values: int | None, of_primary: int | None) -> str:
    state = KeyState(record.state)
    if state in _RESTS:
        return _RESTS[state].format(keyset=record.keyset)
    said = []
    for step in STEPS:
        if not obstacle(step, keyset=record.keyset, state=state, values=0):
            standing = of_primary if step == "promote" else values
            found = obstacle(step, keyset=record.keyset, state=state, values=standing)
            found = found or (pause_of(record) if step == "destroy" else "")
            said.append(f"may not be {PAST[step]}: {found}" if found else f"may be {PAST[step]}")
    return "; ".join(said)


def _next_uncounted(record: KeyRecord) -> str:
    state = KeyState(record.state)
    if state in _RESTS:
        return _RESTS[state].format(keyset=record.keyset)
    steps = [PAST[step] for step in STEPS if not obstacle(step, keyset=record.keyset, state=state, values=0)]
    return f"may be {' or '.join(steps)} if nothing speaks against it: see `keys status`"
