"""One change at a time of what an account logs in with."""

from django.contrib.auth import get_user_model


def hold(account: str) -> None:
    """Wait for every other change of this account's authenticators, and let none begin before this commits.

    Two removals at once would each leave the other's authenticator, and together none. Not FOR UPDATE: a login that
    points at the account does not wait.
    """
    held = get_user_model()._default_manager.select_for_update(no_key=True).filter(pk=account)
    held.order_by().values_list("pk").get()
