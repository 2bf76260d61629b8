import pytest

from hardening.keys.key_file import KEYSETS, KeyState
from hardening.keys.transitions import STEPS, is_counted, is_done, obstacle

FREE = {
    ("promote", "active"),
    ("promote", "covering"),
    ("retire", "active"),
    ("retire", "predecessor"),
    ("destroy", "retired"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", KeyState)
def test_an_unused_key_takes_a_step_from_few_states_only(step: str, state: KeyState) -> None:
    found = obstacle(step, keyset="encryption", state=state, values=0)

    assert (found == "") == ((step, state) in FREE)
    assert not (is_done(step, state) and found == "")


def test_the_reason_names_the_state_or_the_step_that_comes_first() -> None:
    assert obstacle("retire", keyset="index", state="primary", values=0) == (
        "it is primary; promote another key of its keyset first"
    )
    assert obstacle("destroy", keyset="index", state="active", values=0) == (
        "it is active, and only a key that is retired can take this step"
    )


@pytest.mark.parametrize(("values", "reason"), [(7, "7 values stand under it"), (None, "nobody can tell"), (0, "")])
@pytest.mark.parametrize("step", ["retire", "destroy"])
def test_c8_what_stands_under_a_key_or_may_holds_it_back(step: str, values: int | None, reason: str) -> None:
    state = "active" if step == "retire" else "retired"

    found = obstacle(step, keyset="index", state=state, values=values)

    assert found.startswith(reason)
    assert (found == "") == (values == 0)


@pytest.mark.parametrize("keyset", ["subject", "pepper", "digest"])
def test_keys_that_verify_old_values_are_retired_while_these_stand_and_never_destroyed(keyset: str) -> None:
    assert obstacle("retire", keyset=keyset, state="active", values=None) == ""
    assert obstacle("destroy", keyset=keyset, state="retired", values=None)


@pytest.mark.parametrize("values", [None, 0, 1])
@pytest.mark.parametrize("keyset", KEYSETS)
def test_c8_keys_of_compared_values_are_promoted_only_with_preparation(keyset: str, values: int | None) -> None:
    found = obstacle("promote", keyset=keyset, state="active", values=values)

    assert bool(found) == (keyset in {"index", "subject"} and values != 0)
    assert obstacle("promote", keyset="index", state="covering", values=values) == ""


def test_counting_is_asked_for_where_it_decides() -> None:
    assert {(step, keyset) for step in STEPS for keyset in KEYSETS if not is_counted(step, keyset=keyset)} == {
        ("promote", "encryption"),
        ("promote", "pepper"),
        ("promote", "digest"),
        ("retire", "subject"),
        ("retire", "pepper"),
        ("retire", "digest"),
    }
    assert is_done("retire", "retired")
    assert not is_done("destroy", "retired")
