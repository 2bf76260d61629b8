"""``python -m tests.encryption.broker.as_user USER COMMAND …``: a management command, as another system user.

The interpreter of a developer may stand in a home that nobody else can read: everything is imported before the
user changes.
"""

import os
import pwd
import sys

import django


def become(user: str) -> None:
    """Be ``user`` from here on, if this process may change users."""
    if os.geteuid() == 0 and user:
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)


def prepare() -> None:
    """Import what runs later."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.encryption.broker.settings")
    django.setup()
    from django.db import connections  # noqa: PLC0415 - after set-up

    import hardening.encryption.management.commands.key_broker  # noqa: PLC0415
    import hardening.keys.verification  # noqa: F401, PLC0415

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
    connections.close_all()


def main() -> None:
    """Run the command."""
    prepare()
    become(sys.argv[1])
    from django.core.management import call_command  # noqa: PLC0415 - after set-up

    call_command(*sys.argv[2:])


if __name__ == "__main__":
    main()
