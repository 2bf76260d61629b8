"""Find the account that a submitted name belongs to, under the very form that its attempts are counted under."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from hardening.lockout.names import normal_name, spelled_name


def account_named(submitted: str) -> AbstractBaseUser | None:
    """Return the account with this name in one statement, if any.

    Looked up in the normal form, or as an older account may be spelled. What the database finds under any other
    form (by its collation) is nobody: its guesses would be counted under another name (P14).
    """
    model = get_user_model()
    name, spelled = normal_name(submitted), spelled_name(submitted)
    found = model._default_manager.filter(**{f"{model.USERNAME_FIELD}__in": {name, spelled}})
    same = [account for account in found if normal_name(account.get_username()) == name]
    as_typed = (account for account in same if account.get_username() == spelled)
    return next(as_typed, None) or next(iter(same), None)
