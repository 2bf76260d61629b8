import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hardening.encryption.operations import operations
from hardening.errors import DecryptionError, KeyUnavailableError
from hardening.events import KeyChanged, occurred
from hardening.keys import lifecycle, uses
from hardening.keys.checks import W004, check_known_keys
from hardening.keys.creation import announce
from hardening.keys.key_file import KeyState
from hardening.keys.key_store import read_keys, replace_keys
from hardening.keys.models import KeyRecord
from hardening.keys.ring import forget_key_ring, key_ring
from tests.encryption.cast import CLAIRE_BORN, CLAIRE_NIR
from tests.encryption.records.models import Patient
from tests.keys.retiring import let_pass, retire_long_ago

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


def states(keyset: str = "encryption") -> list[str]:
    return [record.state for record in KeyRecord.objects.filter(keyset=keyset).order_by("pk")]


def stored() -> dict[int, str]:
    return {key.id: str(key.state) for key in read_keys()}


def primary(keyset: str = "encryption") -> int:
    return KeyRecord.objects.get(keyset=keyset, state="primary").pk


def reopened() -> None:
    forget_key_ring()
    key_ring()


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("keys", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def patient(own_store: Path) -> Patient:
    assert own_store.exists()
    return Patient.objects.create(nir=CLAIRE_NIR, birth_date=CLAIRE_BORN)


@pytest.fixture
def told() -> Any:
    heard: list[tuple[int, str]] = []

    def hear(*, event: KeyChanged, **_: Any) -> None:
        heard.append((event.key_id, event.state))

    occurred.connect(hear, sender=KeyChanged)
    yield heard
    occurred.disconnect(hear, sender=KeyChanged)


def test_a_key_goes_through_its_whole_life_and_each_step_is_told(told: list[tuple[int, str]]) -> None:
    first = primary()

    second = lifecycle.add_key("encryption")
    lifecycle.promote_key(second)
    retire_long_ago(first)
    lifecycle.destroy_key(first)

    assert told == [
        (second, "active"),
        (first, "active"),
        (second, "primary"),
        (first, "retired"),
        (first, "destroyed"),
    ]
    assert states() == ["destroyed", "primary"]
    assert first not in stored()
    assert stored()[second] == "primary"
    assert KeyRecord.objects.get(pk=first).check_value
    assert lifecycle.add_key("encryption") > second


def test_a_promoted_key_seals_and_the_one_of_before_still_opens(patient: Patient) -> None:
    second = lifecycle.add_key("encryption")
    lifecycle.promote_key(second)
    reopened()

    assert key_ring().primary_id("encryption") == second
    assert Patient.objects.get(nir=CLAIRE_NIR) == patient
    Patient.objects.filter(pk=patient.pk).update(note="seen again")
    assert uses.values_by_key("encryption") == {primary(): 1, second - 5: 2}


@pytest.mark.usefixtures("patient")
def test_c8_a_key_under_which_a_value_stands_is_neither_retired_nor_destroyed() -> None:
    first = primary()
    lifecycle.promote_key(lifecycle.add_key("encryption"))

    with pytest.raises(KeyUnavailableError, match=f"key {first} cannot retire: 2 values stand under it"):
        lifecycle.retire_key(first)
    KeyRecord.objects.filter(pk=first).update(state="retired")
    with pytest.raises(KeyUnavailableError, match=f"key {first} cannot destroy: 2 values stand under it"):
        lifecycle.destroy_key(first)

    assert first in stored()


def test_a_primary_key_is_never_retired_and_only_a_retired_one_destroyed() -> None:
    with pytest.raises(KeyUnavailableError, match="it is primary"):
        lifecycle.retire_key(primary())
    with pytest.raises(KeyUnavailableError, match="it is primary, and only a key that is retired"):
        lifecycle.destroy_key(primary())
    with pytest.raises(KeyUnavailableError, match="there is no key 4711"):
        lifecycle.promote_key(4711)
    with pytest.raises(KeyUnavailableError, match="there is no keyset 'sealing'"):
        lifecycle.add_key("sealing")


@pytest.mark.usefixtures("patient")
def test_c8_an_index_key_that_values_lack_is_not_promoted() -> None:
    second = lifecycle.add_key("index")

    with pytest.raises(KeyUnavailableError, match="look-ups would find nobody"):
        lifecycle.promote_key(second)


def test_an_index_key_succeeds_step_by_step_and_the_former_one_is_retired_last() -> None:
    second = lifecycle.add_key("index")
    if second % 2 == primary("index") % 2:
        second = lifecycle.add_key("index")

    lifecycle.begin_succession(second)
    lifecycle.record_covering(second)
    lifecycle.promote_key(second)
    former = KeyRecord.objects.get(state="predecessor")
    lifecycle.retire_key(former.pk)

    assert (former.keyset, KeyRecord.objects.get(pk=second).state) == ("index", "primary")
    assert "predecessor" not in states("index")


def test_c22_no_step_of_a_rotation_of_indexes_is_taken_by_hand() -> None:
    second = lifecycle.add_key("index")
    if second % 2 == primary("index") % 2:
        second = lifecycle.add_key("index")
    lifecycle.begin_succession(second)
    lifecycle.record_covering(second)

    with pytest.raises(CommandError, match="rotate_index takes its next step"):
        call_command("keys", "promote", str(second))
    lifecycle.promote_key(second)
    former = KeyRecord.objects.get(state="predecessor")
    with pytest.raises(CommandError, match="rotate_index takes its next step"):
        call_command("keys", "retire", str(former.pk))


def test_one_index_key_succeeds_at_a_time_and_only_one_that_values_can_tell_apart() -> None:
    first, (second, third) = (
        primary("index"),
        sorted(
            (lifecycle.add_key("index"), lifecycle.add_key("index")), key=lambda key_id: (key_id - primary("index")) % 2
        ),
    )

    with pytest.raises(KeyUnavailableError, match=f"values could not tell key {second} from the primary one"):
        lifecycle.begin_succession(second)
    lifecycle.begin_succession(third)
    with pytest.raises(KeyUnavailableError, match="one rotation of indexes at a time"):
        lifecycle.begin_succession(second)
    lifecycle.withdraw_successor(third)

    assert first == primary("index")
    assert set(states("index")) == {"primary", "active"}


def test_only_index_keys_succeed() -> None:
    second = lifecycle.add_key("encryption")

    with pytest.raises(KeyUnavailableError, match="only index keys"):
        lifecycle.begin_succession(second)


def test_a_pepper_key_goes_on_verifying_and_is_never_destroyed_since_nobody_counts_it() -> None:
    first = primary("pepper")
    before = key_ring().mac("pepper", b"x")
    lifecycle.promote_key(lifecycle.add_key("pepper"))
    retire_long_ago(first)
    reopened()

    assert key_ring().mac("pepper", b"x", key_id=first) == before
    with pytest.raises(KeyUnavailableError, match="nobody can tell"):
        lifecycle.destroy_key(first)


def test_a_subject_key_is_not_promoted_as_if_it_were_any_other() -> None:
    with pytest.raises(KeyUnavailableError, match="a new person to the ledger"):
        lifecycle.promote_key(lifecycle.add_key("subject"))


def test_what_a_destroyed_key_sealed_is_closed_for_good(patient: Patient) -> None:
    place, binding = Patient._meta.get_field("note").place, patient.pk.bytes
    blob = operations().seal(b"x", place=place, binding=binding)
    first = primary()
    Patient.objects.all().delete()

    lifecycle.promote_key(lifecycle.add_key("encryption"))
    retire_long_ago(first)
    lifecycle.destroy_key(first)
    reopened()

    with pytest.raises(DecryptionError):
        operations().open(blob, place=place, binding=binding)


@pytest.mark.parametrize(
    ("in_database", "in_store", "starts"),
    [
        ({1: "active", 2: "primary"}, {1: "primary", 2: "active"}, True),
        ({1: "primary", 2: "active"}, {1: "active", 2: "primary"}, True),
        ({1: "retired", 2: "primary"}, {1: "active", 2: "primary"}, True),
        ({1: "retired", 2: "primary"}, {1: "primary", 2: "active"}, True),
        ({1: "destroyed", 2: "primary"}, {1: "retired", 2: "primary"}, True),
        ({1: "primary", 2: "pending"}, {1: "primary", 2: "active"}, True),
        ({1: "destroyed", 2: "primary"}, {1: "active", 2: "primary"}, False),
        ({1: "active", 2: "primary"}, {1: "retired", 2: "primary"}, False),
        ({1: "primary", 2: "active"}, {1: "retired", 2: "primary"}, False),
        ({1: "retired", 2: "active"}, {1: "active", 2: "primary"}, False),
    ],
)
def test_a_store_may_lag_behind_the_database_and_is_never_ahead_of_it(
    in_database: dict[int, str], in_store: dict[int, str], *, starts: bool
) -> None:
    ids = {1: primary(), 2: lifecycle.add_key("encryption")}
    others = [key for key in read_keys() if key.id not in ids.values()]
    pair = {key.id: key for key in read_keys()}
    replace_keys([*others, *(replace(pair[ids[number]], state=KeyState(state)) for number, state in in_store.items())])
    KeyRecord.objects.filter(pk__in=ids.values()).update(state="active")
    for number, state in in_database.items():
        KeyRecord.objects.filter(pk=ids[number]).update(state=state)
    forget_key_ring()

    if starts:
        the_primary = next(ids[number] for number, state in in_database.items() if state == "primary")
        assert key_ring().primary_id("encryption") == the_primary
        assert lifecycle.repair()
        assert json.loads(command("status", "--json"))["unfinished"] == lifecycle.repair() == []
    else:
        with pytest.raises(KeyUnavailableError):
            key_ring()
        with pytest.raises(KeyUnavailableError):
            lifecycle.repair()


def test_an_interrupted_change_is_a_warning_that_names_the_repair() -> None:
    second = lifecycle.add_key("encryption")
    KeyRecord.objects.filter(pk=second).update(state="pending")

    (warning,) = check_known_keys(databases=["default"])

    assert (warning.id, warning.hint) == (W004, "Run `manage.py keys repair`.")
    assert f"key {second} was stored, and its row is still pending" in command("repair")
    assert check_known_keys(databases=["default"]) == []


def test_an_announced_key_that_was_never_stored_is_given_up_and_its_id_spent() -> None:
    (announced,) = announce(["encryption"], state=KeyState.ACTIVE)

    assert lifecycle.repair() == [f"key {announced.id} was announced, and its row is still pending"]
    assert states() == ["primary", "destroyed"]
    assert lifecycle.add_key("encryption") > announced.id


def test_an_interrupted_init_is_run_again_and_a_file_of_others_is_not_taken_for_its_own(own_store: Path) -> None:
    KeyRecord.objects.update(state="pending")
    forget_key_ring()

    (warning,) = check_known_keys(databases=["default"])
    assert (warning.id, warning.hint) == (W004, "Run `manage.py keys init` again.")
    with pytest.raises(KeyUnavailableError, match="`keys init` was interrupted"):
        key_ring()
    KeyRecord.objects.filter(keyset="index").update(check_value="0" * 16)
    with pytest.raises(CommandError, match="never overwritten"):
        command("init")
    KeyRecord.objects.filter(keyset="index").update(
        check_value=next(key.check for key in read_keys() if key.keyset == "index")
    )
    before = own_store.read_bytes()
    command("init")

    assert own_store.read_bytes() == before
    assert states() == ["primary"]


def test_the_command_says_what_may_be_done_next(patient: Patient) -> None:
    command("add", "encryption")
    assert "may be promoted; may be retired" in command("status")
    second = max(stored())
    report = json.loads(command("promote", str(second), "--json"))

    assert report["done"] == [f"key {second} is promoted"]
    after = {key["id"]: key for key in json.loads(command("status", "--json"))["keys"]}
    assert after[second - 5]["next"] == "may be promoted; may not be retired: 2 values stand under it"
    assert after[second - 5]["values"] == 2
    assert after[second]["next"].startswith("seals; `keys add encryption`")
    patient.delete()
    assert "may be promoted; may be retired" in command("status")


def test_a_dry_run_changes_nothing_and_refuses_what_would_be_refused(own_store: Path) -> None:
    before = own_store.read_bytes(), states()

    assert "Would add a key to keyset encryption" in command("add", "encryption", "--dry-run")
    assert "nothing was changed" in command("init", "--dry-run")
    with pytest.raises(CommandError, match="cannot retire: it is primary"):
        command("retire", str(primary()), "--dry-run")
    assert command("repair", "--dry-run")
    assert (own_store.read_bytes(), states()) == before

    command("add", "encryption")
    before = own_store.read_bytes(), states()
    assert "Would promote key" in command("promote", str(max(stored())), "--dry-run")
    assert (own_store.read_bytes(), states()) == before


def test_destroy_asks_for_a_typed_confirmation(monkeypatch: pytest.MonkeyPatch) -> None:
    first = primary()
    command("add", "encryption")
    command("promote", str(max(stored())))
    command("retire", str(first))
    let_pass(first)

    for typed in ("yes", "", f"destroy {first}0"):
        monkeypatch.setattr("builtins.input", lambda _asked, typed=typed: typed)
        with pytest.raises(CommandError, match="was not typed"):
            command("destroy", str(first))
    assert first in stored()
    monkeypatch.setattr("builtins.input", lambda _asked: f"destroy {first}")
    assert "opens for nobody any more" in command("destroy", str(first))
    assert first not in stored()
    assert "is destroyed" in command("destroy", str(first), "--confirm", f"destroy {first}")


@pytest.mark.parametrize(
    "arguments",
    [("promote",), ("add",), ("add", "sealing"), ("promote", "x"), ("retire", "999"), ("status", "1"), ("init", "1")],
)
def test_a_wrong_argument_is_said(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        command(*arguments)


def test_c14_no_action_prints_a_key(own_store: Path) -> None:
    first = primary()
    roots = [key["root"] for key in json.loads(own_store.read_text(encoding="utf-8"))["keys"]]
    printed = command("add", "encryption") + command("promote", str(first + 5)) + command("retire", str(first))
    let_pass(first)
    roots += [key["root"] for key in json.loads(own_store.read_text(encoding="utf-8"))["keys"]]
    printed += command("destroy", str(first), "--confirm", f"destroy {first}") + command("status", "--json")

    assert "is destroyed" in printed
    assert not any(root in printed for root in roots)
