"""One place decides who may change how an account logs in (I3)."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import hardening
from hardening.authenticators import permission
from hardening.authenticators.strength import strongest
from hardening.errors import StepUpRequired
from hardening.requirements import PASSKEY, Assurance, Level

PACKAGE = Path(hardening.__file__).parent
HOME = Path(permission.__file__)


def makers(path: Path) -> list[str]:
    """Return where a module makes a Permission of ours."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    is_ours = any(
        isinstance(node, ast.ImportFrom)
        and node.module == permission.__name__
        and any(name.name == "Permission" for name in node.names)
        for node in ast.walk(tree)
    )
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Permission"]
    return [f"{path.relative_to(PACKAGE)}:{call.lineno}" for call in made] if is_ours else []


def test_no_other_module_makes_a_permission() -> None:
    """A verb that takes one can then be reached by a proof or a grant, and by nothing else."""
    modules = [path for folder in (PACKAGE, PACKAGE.parent / "portal") for path in folder.rglob("*.py") if path != HOME]

    assert [maker for path in modules for maker in makers(path)] == []
    assert len(modules) > 100


NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
BY_CODE = Assurance(level=Level.AAL2, account="amine", methods=("otp", "pwd"), proven_at=NOON)
BY_PASSKEY = replace(BY_CODE, methods=("mfa", "swk"), is_phishing_resistant=True)


@pytest.mark.parametrize("door", [permission.by_fresh_proof, permission.to_complete])
@pytest.mark.parametrize(
    ("assurance", "has_passkey", "opens"),
    [(BY_CODE, False, True), (BY_CODE, True, False), (BY_PASSKEY, False, True), (BY_PASSKEY, True, True)],
)
def test_a_change_asks_for_the_strongest_proof_that_the_account_can_give(
    door: Callable[..., permission.Permission], assurance: Assurance, *, has_passkey: bool, opens: bool
) -> None:
    """I3."""
    asked = strongest(has_passkey=has_passkey)

    if opens:
        assert door(assurance, at=NOON, strongest=asked) == permission.Permission(account="amine")
    else:
        with pytest.raises(StepUpRequired):
            door(assurance, at=NOON, strongest=asked)


def test_a_passkey_shown_too_long_ago_or_on_probation_changes_nothing() -> None:
    late, unproven = NOON + permission.FRESH + timedelta(seconds=1), replace(BY_PASSKEY, is_on_probation=True)

    for assurance, at in ((BY_PASSKEY, late), (unproven, NOON)):
        with pytest.raises(StepUpRequired):
            permission.by_fresh_proof(assurance, at=at, strongest=PASSKEY)
    assert permission.by_fresh_proof(BY_PASSKEY, at=NOON + permission.FRESH, strongest=PASSKEY)
    assert permission.to_complete(BY_PASSKEY, at=late, strongest=PASSKEY)
