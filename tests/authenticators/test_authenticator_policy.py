"""Which passkeys an account may have: asked when one is bound, and again at each use (D26, P17)."""

from uuid import UUID

import pytest

from hardening.authenticators.answer import CeremonyRefused, Reason
from hardening.authenticators.authenticator_policy import ANY, NOBODY, AuthenticatorPolicy, require_allowed
from tests.authenticators.maker import MODEL

IN_ONE_DEVICE = AuthenticatorPolicy(is_device_bound=True)
VOUCHED = AuthenticatorPolicy(needs_attestation=True)
ONE_MODEL = AuthenticatorPolicy(allowed_models=frozenset({MODEL}))
SEVEN = UUID(int=7)


@pytest.mark.parametrize(
    ("policy", "model", "is_attested", "is_synced", "refused"),
    [
        (ANY, NOBODY, False, True, None),
        (IN_ONE_DEVICE, NOBODY, False, False, None),
        (IN_ONE_DEVICE, NOBODY, False, True, Reason.SYNCED),
        (VOUCHED, MODEL, False, False, Reason.ATTESTATION),
        (VOUCHED, SEVEN, True, False, None),
        (ONE_MODEL, MODEL, False, False, Reason.ATTESTATION),
        (ONE_MODEL, MODEL, True, True, None),
        (ONE_MODEL, SEVEN, True, False, Reason.MODEL),
    ],
)
def test_a_policy_admits_what_it_names_and_what_somebody_vouches_for(
    policy: AuthenticatorPolicy, model: UUID, *, is_attested: bool, is_synced: bool, refused: Reason | None
) -> None:
    found: Reason | None = None
    try:
        require_allowed(model=model, is_attested=is_attested, is_backup_eligible=is_synced, policy=policy)
    except CeremonyRefused as refusal:
        found = refusal.reason

    assert found is refused
