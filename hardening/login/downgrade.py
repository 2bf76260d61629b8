"""Somebody with the right password tried a way that the account's passkey has closed (D26): tell the owner."""

from hardening import clock
from hardening.authenticators import policies
from hardening.clients import Client
from hardening.events import WeakerWayRefused, emit
from hardening.login import notices


def was_tried(*, account: str) -> bool:
    """Tell whether the failure just counted was such a try: codes are closed, so that no code could be right."""
    return policies.is_resistant_only(account)


def tell(*, account: str, client: Client) -> None:
    """Mail the owner, once an hour at most: whoever it was has the password, and was refused all the same."""
    notices.second_step_failed(account=account, client=client, kind="downgrade")


def refuse_letter(*, account: str, client: Client, session: str) -> None:
    """Note that a letter was to bind a telephone beside a passkey, and mail the owner. Emits WeakerWayRefused."""
    emit(WeakerWayRefused(at=clock.now(), account=account, client=client, session=session, step="grant"))
    tell(account=account, client=client)
