"""Which step of its life a key may take next, and in plain words why not."""

from hardening.keys.key_file import KeyState

PAST = {"promote": "promoted", "retire": "retired", "destroy": "destroyed"}
STEPS = tuple(PAST)

NEED_PREPARATION = {
    "index": "look-ups would find nobody until every value carries an index of the new key",
    "subject": "everybody would be a new person to the ledger and the budgets",
}
"""Keysets whose values are compared, not opened: a new primary key alone makes the old values unfindable."""

COUNTED = ("encryption", "index")
"""Keysets whose keys are retired only when nothing stands under them; the others go on verifying old values."""

_FROM = {"promote": KeyState.ACTIVE, "retire": KeyState.ACTIVE, "destroy": KeyState.RETIRED}
_TO = {"promote": KeyState.PRIMARY, "retire": KeyState.RETIRED, "destroy": KeyState.DESTROYED}


def is_counted(step: str, *, keyset: str) -> bool:
    """Tell whether what stands under a key decides this step."""
    return {"promote": keyset in NEED_PREPARATION, "retire": keyset in COUNTED, "destroy": True}[step]


def is_done(step: str, state: str) -> bool:
    """Tell whether a key in this state has taken the step already."""
    return state == _TO[step]


def obstacle(step: str, *, keyset: str, state: str, values: int | None, is_prepared: bool = False) -> str:
    """Return why a key may not take the step, or nothing if it may.

    ``values`` is how many values stand under it (for ``promote``: under the key that is primary now), None if
    nobody can tell. ``is_prepared`` says that a rotation has made the values findable under both keys.
    """
    if state == KeyState.PRIMARY and step == "retire":
        return "it is primary; promote another key of its keyset first"
    if state != _FROM[step]:
        return f"it is {state}, and only a key that is {_FROM[step]} can take this step"
    if step == "promote":
        needs = keyset in NEED_PREPARATION and values != 0 and not is_prepared
        return NEED_PREPARATION[keyset] if needs else ""
    if not is_counted(step, keyset=keyset):
        return ""
    if values is None:
        return "nobody can tell what still stands under it"
    return f"{values} values stand under it" if values else ""
