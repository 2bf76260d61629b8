"""``manage.py rewrap_keys``: have the roots of the key file wrapped by the configured provider."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hardening.conf import ConfigurationError
from hardening.errors import KeyUnavailableError
from hardening.keys.conf import PROVIDERS, KeysSettings
from hardening.keys.key_store import rewrap_keys


class Command(BaseCommand):
    """Change the wrapping and no key: what is sealed stays as it is. It never prints a key."""

    help = "Wrap the roots of the key file by the provider that HARDENING_KEYS names."
    requires_system_checks = ()  # they would complain of the very file that is to be wrapped anew

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the old provider."""
        wrapped_by = "The provider that the file names now. The same one again takes the newest version of its key."
        parser.add_argument("--from", dest="wrapped_by", choices=PROVIDERS, required=True, help=wrapped_by)
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *, wrapped_by: str, json: bool, **_: Any) -> None:  # noqa: ANN401 - Django's own options
        """Write the file anew; it is untouched when the exit status is 1."""
        try:
            keys = rewrap_keys(wrapped_by=wrapped_by)
        except (ConfigurationError, KeyUnavailableError) as error:
            raise CommandError(f"{error}") from None
        ids = [key.id for key in keys]
        self.stdout.write(_as_json(ids) if json else _as_text(ids))


def _as_json(ids: list[int]) -> str:
    return json.dumps({"provider": KeysSettings.load().provider, "keys": ids}, indent=2)


def _as_text(ids: list[int]) -> str:
    provider = KeysSettings.load().provider
    return f"{len(ids)} keys are wrapped by {provider}. Copy the new file off site, then destroy the old copies."
