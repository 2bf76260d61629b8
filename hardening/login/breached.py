"""Whether a password is known from a leak: asked of lists on this machine, so that no password leaves it."""

import mmap
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.views.decorators.debug import sensitive_variables

from hardening.login.breached_file import lines_of
from hardening.login.breached_list import BreachedList, packed
from hardening.login.conf import LoginSettings

SHIPPED = Path(__file__).with_name("breached_passwords.txt")


@sensitive_variables("password")
def is_breached(password: str) -> bool:
    """Tell whether the password stands in the shipped list or in ``HARDENING_LOGIN["breached_file"]``.

    Raise OSError or NoBreachedListError when that file cannot be read: a list that is away must not pass for an empty
    one. A check says so at start-up.
    """
    path = LoginSettings.load().breached_file
    return password in _shipped() or (bool(path) and password in mapped(path))


@cache
def mapped(path: str) -> BreachedList:
    """Return the list of a file, mapped once a process: its pages are shared by all of them.

    Replace the file by renaming another into its place, and restart: what is mapped must not be rewritten.
    """
    with Path(path).open("rb") as file:
        return BreachedList(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


@cache
def _shipped() -> BreachedList:
    return BreachedList(packed({*CommonPasswordValidator().passwords, *lines_of(SHIPPED)}))
