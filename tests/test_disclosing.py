from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import pytest

from hardening import disclosing
from hardening.errors import NotDisclosedError
from hardening.subjects import SubjectId


@dataclass
class Anything:
    purpose: str = "rights_check"

    def permit_opening(self, *, subject: SubjectId | None, field: str) -> None:
        """Allow all: this suite is about the context, not about the gate."""

    def note_search(self, *, field: str, indexes: Collection[UUID]) -> None:
        """Charge nothing, likewise."""


def test_outside_a_disclosure_nothing_is_active() -> None:
    assert disclosing.active() is None


def test_asking_for_one_outside_names_the_field_and_the_way() -> None:
    with pytest.raises(NotDisclosedError, match=r"Beneficiary\.nir opens only inside `with disclose"):
        disclosing.require_active(what="Beneficiary.nir")


def test_the_disclosure_ends_with_its_block_even_when_it_fails() -> None:
    inside = Anything()

    with suppress(RuntimeError), disclosing.activate(inside):
        assert disclosing.require_active(what="nir") is inside
        raise RuntimeError

    assert disclosing.active() is None


def test_existence_is_guarded_only_inside_a_request() -> None:
    with disclosing.guard_existence():
        assert disclosing.is_existence_guarded()

    assert not disclosing.is_existence_guarded()


def test_the_actor_of_a_block_is_named_in_it_and_nobody_is_outside() -> None:
    with suppress(RuntimeError), disclosing.acting_as("practitioner 7"):
        assert disclosing.actor() == "practitioner 7"
        raise RuntimeError

    assert disclosing.actor() == disclosing.UNNAMED == "web"
