"""Which step of its life a key may take next, and in plain words why not."""

from hardening.keys.key_file import KeyState

PAST = {"promote": "promoted", "retire": "retired", "destroy": "destroyed"}
STEPS = tuple(PAST)
"""What an administrator asks for by name."""

_INDEX_STEPS = ("begin", "cover", "withdraw")
"""What a rotation of an index key takes besides: every write carries the key's indexes, every value does, or none."""

NEED_PREPARATION = {
    "index": "look-ups would find nobody until every value carries an index of the new key",
    "subject": "everybody would be a new person to the ledger and the budgets",
}
"""Keysets whose values are compared, not opened: a new primary key alone makes the old values unfindable."""

COUNTED = ("encryption", "index")
"""Keysets whose keys are retired only when nothing stands under them; the others go on verifying old values."""

_FROM = {
    "begin": {KeyState.ACTIVE},
    "cover": {KeyState.SUCCESSOR},
    "withdraw": {KeyState.SUCCESSOR},
    "promote": {KeyState.ACTIVE, KeyState.COVERING},
    "retire": {KeyState.ACTIVE, KeyState.PREDECESSOR},
    "destroy": {KeyState.RETIRED},
}
_TO = {
    "begin": KeyState.SUCCESSOR,
    "cover": KeyState.COVERING,
    "withdraw": KeyState.ACTIVE,
    "promote": KeyState.PRIMARY,
    "retire": KeyState.RETIRED,
    "destroy": KeyState.DESTROYED,
}


def is_counted(step: str, *, keyset: str) -> bool:
    """Tell whether what stands under a key decides this step."""
    if step == "promote":
        return keyset in NEED_PREPARATION
    return step == "destroy" or (step == "retire" and keyset in COUNTED)


def is_done(step: str, state: str) -> bool:
    """Tell whether a key in this state has taken the step already."""
    return state == _TO[step]


def state_after(step: str) -> KeyState:
    """Return the state that the step leads to."""
    return _TO[step]


def obstacle(step: str, *, keyset: str, state: str, values: int | None) -> str:
    """Return why a key may not take the step, or nothing if it may.

    ``values`` is how many values stand under it (for ``promote``: under the key that is primary now), None if
    nobody can tell.
    """
    if state == KeyState.PRIMARY and step == "retire":
        return "it is primary; promote another key of its keyset first"
    if state not in _FROM[step]:
        return f"it is {state}, and only a key that is {' or '.join(sorted(_FROM[step]))} can take this step"
    if step in _INDEX_STEPS:
        return "" if keyset == "index" else "only index keys take this step"
    if step == "promote":
        is_prepared = state == KeyState.COVERING or values == 0
        return "" if is_prepared else NEED_PREPARATION.get(keyset, "")
    return _standing(values) if is_counted(step, keyset=keyset) else ""


def _standing(values: int | None) -> str:
    if values is None:
        return "nobody can tell what still stands under it"
    return f"{values} values stand under it" if values else ""
