"""``manage.py demo_check``: start the demonstration on a free port, use it as a practitioner would, and stop it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from time import monotonic, sleep
from typing import IO, Any
from urllib.error import URLError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hardening.encryption.nir import mask_nir
from portal.demo.browser import Browser, Page
from portal.demo.cast import PASSWORD
from portal.demo.households import Person
from portal.demo.mailbox import mails_in
from portal.demo.profile import require_demonstration
from portal.demo.samples import JOSETTE, NOBODY

START_SECONDS = 60
STOP_SECONDS = 10
MAIL_SECONDS = 10
LOOK_UP = "/look-up/"


class Command(BaseCommand):
    """Prints each step with what it saw; ends with status 1 at the first that is not as it should be."""

    help = "Start the demonstration on a free port, log in, look a person up, and stop."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401, ARG002 - Django's own signature
        """Run the whole story on a server and a folder of its own. What the server says is shown only if it fails."""
        require_demonstration()
        with TemporaryFile("w+") as log:
            try:
                with _demonstration(log) as (origin, environment):
                    self._say("started", f"{origin} answers")
                    self._password_alone(Browser(origin))
                    self._practitioner(Browser(origin), environment)
            except (CommandError, LookupError, OSError):
                log.seek(0)
                self.stderr.write(log.read())
                raise
        self._say("stopped", "everything it made is removed")

    def _password_alone(self, browser: Browser) -> None:
        page = browser.submit(browser.get("/login/"), username="benali", password=PASSWORD)
        self._expect("password alone", page, "Code à 6 chiffres", f"asks for more: “{page.heading}”")
        refused = browser.get(LOOK_UP)
        if "nir" in refused.html:
            raise CommandError("a password alone opened the look-up")
        self._say("password alone", f"refused: the look-up sends back to “{refused.heading}”")

    def _practitioner(self, browser: Browser, environment: dict[str, str]) -> None:
        page = browser.submit(browser.get("/login/"), username="benali", password=PASSWORD)
        page = browser.submit(page, code=_code("benali", environment))
        self._expect("password and code", page, "nouveau pour votre compte", f"held: “{page.heading}”")
        if "nir" in browser.get(LOOK_UP).html:
            raise CommandError("a login that nobody has confirmed opened the look-up")
        page = browser.submit(page, code=_mailed_code(environment))
        self._expect("mailed code", page, "Consultation des droits", f"in: “{page.heading}”")
        answer = self._look_up(browser, JOSETTE)
        self._expect("look-up", answer, "Droits ouverts", f"“{answer.heading}”, on probation")
        if JOSETTE.nir in "".join(answer.html.split()):
            raise CommandError("the number is shown in clear")
        self._expect("look-up", answer, mask_nir(JOSETTE.nir), f"the number is masked: {mask_nir(JOSETTE.nir)}")
        missed = self._look_up(browser, NOBODY)
        self._expect("unknown number", missed, "Aucune personne", f"“{missed.heading}”")

    def _look_up(self, browser: Browser, person: Person) -> Page:
        form = browser.get(LOOK_UP)
        return browser.submit(form, nir=person.nir, birth_date=f"{person.birth_date:%d/%m/%Y}")

    def _expect(self, step: str, page: Page, text: str, saw: str) -> None:
        if text not in page.html:
            raise CommandError(f"{step}: expected “{text}”, saw status {page.status}, “{page.heading}”")
        self._say(step, saw)

    def _say(self, step: str, saw: str) -> None:
        self.stdout.write(f"{step:<18} {saw}")


def _code(username: str, environment: dict[str, str]) -> str:
    """Return the code as somebody at a second terminal gets it."""
    command = [sys.executable, "manage.py", "demo_code", username]
    ran = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return ran.stdout.strip()


def _mailed_code(environment: dict[str, str]) -> str:
    """Return the code of the mail that the held login has caused, once it has arrived."""
    deadline = monotonic() + MAIL_SECONDS
    while monotonic() < deadline:
        for mail in mails_in(settings.BASE_DIR / "var" / environment["DEMO"] / "mail"):
            if found := re.search(r"^[a-z2-9]{4}-[a-z2-9]{4}$", mail.text, re.MULTILINE):
                return found[0]
        sleep(0.1)
    raise CommandError("no mail with a code has arrived")


@contextmanager
def _demonstration(log: IO[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Run ``manage.py demo`` in a folder of its own; remove both afterwards."""
    port = _free_port()
    name = f"check-{os.getpid()}"
    environment = {**os.environ, "DEMO": name, "PORT": str(port)}
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own
    try:
        _wait_for(f"http://localhost:{port}", server)
        yield f"http://localhost:{port}", environment
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(STOP_SECONDS)
        shutil.rmtree(settings.BASE_DIR / "var" / name, ignore_errors=True)


def _wait_for(origin: str, server: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        if server.poll() is not None:
            raise CommandError(f"the demonstration ended with status {server.returncode}")
        try:
            if Browser(origin).get("/healthz").status == 200:  # noqa: PLR2004 - OK
                return
        except (URLError, OSError):
            sleep(0.2)
    raise CommandError(f"the demonstration did not answer within {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
