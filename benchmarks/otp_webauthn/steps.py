"""The steps on the peer's portal."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

from benchmarks.journey import Journey, expect
from hardening.testing.soft_passkey import SoftPasskey

BEGIN, COMPLETE = "begin/", "complete/"
REGISTRATION, AUTHENTICATION = "/webauthn/registration/", "/webauthn/authentication/"


class OtpWebAuthn(Journey):
    """The package's own views: state in the session, one credential in its table."""

    def prepare(self) -> None:
        """Make the tables and one account with one passkey, registered through its views."""
        call_command("migrate", verbosity=0)
        user = get_user_model().objects.create_user("benali", password=self.PASSWORD)
        self.device = SoftPasskey(rp_id="localhost", origin="http://localhost")
        client = self._browser()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        options = client.post(REGISTRATION + BEGIN).json()
        self._post(client, REGISTRATION + COMPLETE, self.device.create(options))
        self.client = self._browser()
        self._log_in(self.client)

    def passkey_login(self) -> None:
        """Log in on a clean browser: page, question, answer."""
        client = self._browser()
        with self.measured():
            self._log_in(client)

    def protected_page(self) -> None:
        """Show the page that reads nothing."""
        with self.measured():
            response = self.client.get("/home/")
        expect(status=200, got=response.status_code, step="protected page")

    def _log_in(self, client: Client) -> None:
        client.get("/login/")
        options = client.post(AUTHENTICATION + BEGIN).json()
        self._post(client, AUTHENTICATION + COMPLETE, self.device.get(options))

    def _post(self, client: Client, address: str, answer: str) -> None:
        # Members that browsers add and this package's parser wants.
        posted: dict[str, Any] = {**json.loads(answer), "clientExtensionResults": {}}
        response = client.post(address, json.dumps(posted), content_type="application/json")
        expect(status=200, got=response.status_code, step=address)

    @staticmethod
    def _browser() -> Client:
        return Client(HTTP_HOST="localhost")
