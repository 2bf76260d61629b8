"""The account behind a request, for views that only somebody logged in reaches."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.accounts.models import Account


def account_of(request: HttpRequest) -> Account:
    """Return it. Raise PermissionDenied for anybody else, should a view ever be opened by mistake."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user
