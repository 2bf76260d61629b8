"""``manage.py keys``: make the key ring, change it, and say how it stands."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from hardening.errors import KeyUnavailableError
from hardening.keys import lifecycle
from hardening.keys.creation import create_keys
from hardening.keys.key_file import KEYSETS
from hardening.keys.key_store import read_keys
from hardening.keys.management.keys_report import as_text, status
from hardening.keys.models import KeyRecord
from hardening.keys.ring import ASK_SECONDS
from hardening.keys.succession import BETWEEN
from hardening.keys.transitions import PAST, STEPS, is_done
from hardening.keys.verification import known_records, unfinished


class Command(BaseCommand):
    """Make, change or show the key ring. It never prints a key."""

    help = "Make the key ring (init), change it (add, promote, retire, destroy, repair), or say how it stands (status)."
    requires_system_checks = ()  # its own purpose is to mend what they would complain of

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the actions and what they are about."""
        parser.add_argument("action", choices=["init", "add", *STEPS, "repair", "status"])
        parser.add_argument("about", nargs="?", default="", help="A keyset for add, a key id for the other changes.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and change nothing.")
        parser.add_argument("--confirm", default="", help="What destroy asks to be typed, such as 'destroy 3'.")

    def handle(self, *, action: str, json: bool, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        """Run one action; a change that is refused, or a ring that must not be used, ends with exit status 1."""
        if action == "init" and options["dry_run"]:
            self.stdout.write(f"Would make one key for each of {', '.join(KEYSETS)}; nothing was changed.")
            return
        try:
            done = self._do(action, **options)
            report = status(is_counted=action == "status", done=done)
        except (KeyUnavailableError, OperationalError) as error:
            raise CommandError(f"{error}") from None
        self.stdout.write(_as_json(report) if json else as_text(report))
        if report["problems"]:
            raise CommandError("the key ring must not be used as it stands")

    def _do(self, action: str, *, about: str, dry_run: bool, confirm: str, **_: Any) -> list[str]:  # noqa: ANN401
        if (action in {"init", "repair", "status"}) == bool(about):
            raise CommandError(f"usage: keys add KEYSET, keys {'|'.join(STEPS)} KEY_ID; the others take neither")
        if action == "status":
            return []
        if action == "init":
            return [f"key {key.id} of keyset {key.keyset} was made" for key in create_keys()]
        if action == "add":
            return self._add(about, dry_run=dry_run)
        if action == "repair":
            return self._repair(dry_run=dry_run)
        return self._step(action, _key_id(about), dry_run=dry_run, confirm=confirm)

    def _add(self, keyset: str, *, dry_run: bool) -> list[str]:
        if keyset not in KEYSETS:
            raise CommandError(f"there is no keyset {keyset!r}; there are {', '.join(KEYSETS)}")
        if dry_run:
            return [f"would add a key to keyset {keyset}; nothing was changed"]
        return [f"key {lifecycle.add_key(keyset)} of keyset {keyset} was added; copy the key file, then promote it"]

    def _repair(self, *, dry_run: bool) -> list[str]:
        if dry_run:
            return [f"would mend: {left}" for left in unfinished(read_keys(), known_records())]
        return [f"mended: {left}" for left in lifecycle.repair()]

    def _step(self, step: str, key_id: int, *, dry_run: bool, confirm: str) -> list[str]:
        record = KeyRecord.objects.using("default").filter(pk=key_id).first()
        if record is None:
            raise CommandError(f"there is no key {key_id}")
        if record.state in BETWEEN:
            # By hand it would be taken before every process and every value is ready for it.
            raise CommandError(f"key {key_id} is {record.state}: rotate_index takes its next step")
        found = "" if is_done(step, record.state) else lifecycle.obstacle_to(step, record)
        if found:
            raise CommandError(f"key {key_id} cannot {step}: {found}")
        if dry_run:
            return [f"would {step} key {key_id}; nothing was changed"]
        if step == "destroy":
            self._require_typed(key_id, confirm)
        getattr(lifecycle, f"{step}_key")(key_id)
        done = f"key {key_id} is {PAST[step]}"
        if step == "retire":
            pause = f"{lifecycle.PAUSE.total_seconds():g}"
            done += f"; every host learns of it within {ASK_SECONDS:g} seconds, and it may be destroyed after {pause}"
        return [done]

    def _require_typed(self, key_id: int, confirm: str) -> None:
        wanted = f"destroy {key_id}"
        if not confirm:
            self.stderr.write(
                f"The root of key {key_id} will be erased. What it sealed in any backup of the database opens for"
                " nobody any more, whatever happens."
            )
            confirm = input(f"Type '{wanted}' to go on: ")
        if confirm.strip() != wanted:
            raise CommandError(f"nothing was changed: '{wanted}' was not typed")


def _key_id(text: str) -> int:
    if not text.isdecimal():
        raise CommandError("a key is named by its id, a number that `keys status` shows")
    return int(text)


def _as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, indent=2)
