"""Opaque account ids and the names behind them: rows outlive accounts, so that an id may name nobody any more."""

from collections.abc import Iterable, Mapping

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError


def names_of(accounts: Iterable[str]) -> Mapping[str, str]:
    """Return the name to show for each id, the id itself where no account has it. One statement."""
    model = get_user_model()
    wanted = {account for account in accounts if account}
    known = {
        str(account.pk): label(account)
        for account in model._default_manager.filter(pk__in=[key for key in wanted if _is_key(key)])
    }
    return {account: known.get(account, account) for account in wanted}


def label(account: AbstractBaseUser) -> str:
    """Return how an account is called here: the person's name and the login, or the login alone."""
    full_name = getattr(account, "get_full_name", lambda: "")()
    username = account.get_username()
    return f"{full_name} ({username})" if full_name and full_name != username else username


def find_account(typed: str) -> AbstractBaseUser | None:
    """Return the account whose login or id was typed, or None."""
    model = get_user_model()
    if "\0" in typed:
        return None  # PostgreSQL has no such text, and answers with an error
    try:
        return model._default_manager.get_by_natural_key(typed.strip())
    except model.DoesNotExist:
        return model._default_manager.filter(pk=typed.strip()).first() if _is_key(typed.strip()) else None


def _is_key(text: str) -> bool:
    try:
        get_user_model()._meta.pk.to_python(text)
    except (ValidationError, ValueError):
        return False
    return True
