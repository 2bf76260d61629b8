"""How the profiles send mail, in the words of the Django that runs: MAILERS from 6.1 on, EMAIL_* before."""

from typing import Any

import django

BEFORE = {
    "file_path": "EMAIL_FILE_PATH",
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "username": "EMAIL_HOST_USER",
    "password": "EMAIL_HOST_PASSWORD",
    "use_tls": "EMAIL_USE_TLS",
    "timeout": "EMAIL_TIMEOUT",
}
"""Option of a mailer → the setting it was."""


def mail_settings(backend: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - each option has its own type
    """Return the settings that send mail through ``django.core.mail.backends.<backend>``."""
    path = f"django.core.mail.backends.{backend}.EmailBackend"
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": path, "OPTIONS": options}}}
    return {"EMAIL_BACKEND": path, **{BEFORE[option]: value for option, value in options.items()}}
