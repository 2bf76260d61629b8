"""``manage.py demo``: bring the whole portal up with made-up people, until Ctrl-C."""

import os
import socket
import sys
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from hardening.keys.models import KeyRecord
from portal.accounts.models import Account
from portal.coverage.models import Beneficiary
from portal.demo.management.commands.seed_demo import DEFAULT
from portal.demo.profile import require_demonstration
from portal.demo.welcome import welcome

DATABASES = ("default", "hardening")


class Command(BaseCommand):
    """Tables, keys, people, then the same server as in production."""

    help = "Run the demonstration on http://localhost:PORT."
    requires_system_checks = ()  # they ask for keys and tables, which this command makes; gunicorn's start runs them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port and the size of the town."""
        parser.add_argument("--port", type=int, help="where it listens (default: PORT of the environment, else 8000)")
        parser.add_argument("--beneficiaries", type=int, default=DEFAULT)

    def handle(self, *args: Any, port: int | None, beneficiaries: int, **options: Any) -> None:  # noqa: ANN401, ARG002 - Django's own signature
        """Prepare what is missing, print how to log in, and become the server."""
        require_demonstration()
        port = port or settings.PORT
        _require_free(port)
        for database in DATABASES:
            call_command("migrate", database=database, interactive=False, verbosity=0)
        if not KeyRecord.objects.filter(state="primary").exists():  # also where an earlier init was interrupted
            call_command("keys", "init", stdout=StringIO())
        if not Account.objects.exists():
            call_command("seed_demo", beneficiaries=beneficiaries, stdout=self.stdout)
        elif not Beneficiary.objects.exists():
            raise CommandError(f"an earlier start was interrupted; remove {settings.FOLDER} and start again")
        call_command("check", fail_level="ERROR")
        welcome(Console(), port=port, command=f"{os.path.relpath(sys.executable)} manage.py demo_code")
        os.environ["PORT"] = str(port)
        server = [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"]
        os.execv(server[0], server)  # noqa: S606 - our own interpreter: Ctrl-C then reaches the server itself


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(f"port {port} is taken; choose another one: make demo PORT=8001") from None
