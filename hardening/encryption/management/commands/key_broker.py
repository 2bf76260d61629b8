"""``manage.py key_broker``: hold the keys for the web process, and open no more people than the cap."""

import os
import pwd
import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from hardening.encryption.broker.account import Account
from hardening.encryption.broker.answering import Answering
from hardening.encryption.broker.budgets import Caps
from hardening.encryption.broker.listening import Listening, listen
from hardening.errors import KeyUnavailableError
from hardening.keys.conf import KeysSettings
from hardening.keys.ring import KeyRing, key_ring


class Command(BaseCommand):
    """Run it as a system user of its own, who alone can read the key file."""

    help = "Seal, open and index for the web process over a UNIX socket, within budgets counted in people."
    requires_system_checks = ()  # the ring verifies itself, and a broker that does not start opens nothing

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where to listen."""
        parser.add_argument("--socket", type=Path, help="Where to listen; by default where the web process asks.")

    def handle(self, *, socket: Path | None, **_: Any) -> None:  # noqa: ANN401 - Django's own options
        """Serve until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, _stop)
        settings = KeysSettings.load()
        try:
            with_keys = _answering(settings)
            path = _path(socket or settings.broker())
            listening = Listening(
                listen(path), answering=with_keys, uids=_uids(settings), most=settings.broker_connections
            )
        except KeyUnavailableError as error:
            raise CommandError(f"{error}") from None
        self.stdout.write(f"key broker at {path}: {_caps(settings)}")
        self.stdout.flush()
        try:
            listening.run()
        except KeyboardInterrupt:
            self.stdout.write("key broker stopped")
        finally:
            path.unlink(missing_ok=True)


def _answering(settings: KeysSettings) -> Answering:
    account = Account(settings.account(), caps=_caps(settings))
    return Answering(
        _current_ring,
        account=account,
        calls_per_minute=settings.broker_calls_per_minute,
        indexed_per_minute=settings.broker_indexed_seals_per_minute,
    )


def _current_ring() -> KeyRing:
    ring = key_ring()
    connections.close_all()  # opened where the ring was read anew, by whichever thread it was
    return ring


def _caps(settings: KeysSettings) -> Caps:
    return Caps(
        per_actor=settings.broker_people_per_actor, in_all=settings.broker_people, window=settings.broker_window
    )


def _path(given: Path | None) -> Path:
    if given is None:
        raise KeyUnavailableError("say where the broker listens: --socket, or HARDENING_KEYS_BROKER")
    return given


def _uids(settings: KeysSettings) -> set[int]:
    try:
        named = {user if isinstance(user, int) else pwd.getpwnam(user).pw_uid for user in settings.broker_users}
    except KeyError as error:
        raise KeyUnavailableError(f"HARDENING_KEYS['broker_users']: no system user {error}") from None
    return named or {os.geteuid()}


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
