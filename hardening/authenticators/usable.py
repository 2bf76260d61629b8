"""What an account can still log in with, of both kinds: the last of it is never removed."""

from hardening.authenticators.models import OneTimeCode
from hardening.authenticators.passkey_models import Passkey


def has_another(account: str, *, than_passkey: int | None = None, than_code: int | None = None) -> bool:
    """Tell whether something besides the one named logs the account in. A closed code does not (D26)."""
    passkeys = Passkey.objects.filter(account_id=account)
    if (passkeys if than_passkey is None else passkeys.exclude(pk=than_passkey)).exists():
        return True
    own = OneTimeCode.objects.filter(user_id=account, confirmed=True, is_closed=False)
    return bool(own.exclude(pk=than_code).exists())
