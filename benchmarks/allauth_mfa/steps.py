"""The steps on the peer's portal."""

import json
from base64 import b32encode

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django_otp.oath import totp

from benchmarks.journey import Journey, expect
from hardening.authenticators.answer import in_base64url
from hardening.testing.soft_passkey import SoftPasskey

LOGIN, CODE, PASSKEY = "/accounts/login/", "/accounts/2fa/authenticate/", "/accounts/2fa/webauthn/login/"
BEGUN = {"challenge": in_base64url(b"registered before anything is measured")}


class AllauthMfa(Journey):
    """Its own views; one account with a one-time code, one with a passkey."""

    def prepare(self) -> None:
        """Make the tables, three accounts, a telephone and a passkey."""
        call_command("migrate", verbosity=0)
        create = get_user_model().objects.create_user
        owner, holder = (create(name, password=self.PASSWORD) for name in ("benali", "girard"))
        create("parti", password=self.PASSWORD, is_active=False)
        TOTP.activate(owner, b32encode(bytes.fromhex(self.CODE_SEED)).decode())
        self.device = SoftPasskey(rp_id="localhost", origin="http://localhost")
        handle = in_base64url(user_pk_to_url_str(holder).encode())
        made = {**json.loads(self.device.create({**BEGUN, "user": {"id": handle}})), "clientExtensionResults": {}}
        WebAuthn.add(holder, "Ordinateur", made)
        self.client = self._browser()
        self._log_in(self.client)

    def login(self) -> None:
        """Log in on a clean browser: form, password, code page, code, landing."""
        client = self._fresh_browser()
        with self.measured():
            self._log_in(client)

    def passkey_login(self) -> None:
        """Log in on a clean browser: page, question, answer."""
        client = self._fresh_browser()
        with self.measured():
            client.get(LOGIN)
            asked = client.get(PASSKEY, headers={"x-requested-with": "XMLHttpRequest"}).json()
            answer = self.device.get(asked["request_options"]["publicKey"])
            posted = {**json.loads(answer), "clientExtensionResults": {}}
            response = client.post(PASSKEY, {"credential": json.dumps(posted)})
        expect(status=302, got=response.status_code, step="passkey login")
        if response.headers["Location"] != "/home/":
            raise RuntimeError("the passkey did not open a session")

    def protected_page(self) -> None:
        """Show the page that reads nothing."""
        with self.measured():
            response = self.client.get("/home/")
        expect(status=200, got=response.status_code, step="protected page")

    def failed_login(self) -> None:
        """Post a wrong password; the counter is emptied before, so that this is the first failure."""
        self._refused("benali", "wrong")

    def unknown_login(self) -> None:
        """Post a name that nobody has."""
        self._refused("personne", "wrong")

    def disabled_login(self) -> None:
        """Post the right password of an account that is closed."""
        self._refused("parti", self.PASSWORD, answers=302)

    def blocked_login(self) -> None:
        """Post the right password once the limit is reached; it is told in the form."""
        self._block("benali")

    def blocked_unknown_login(self) -> None:
        """Post a name that nobody has once its limit is reached."""
        self._block("personne")

    def _block(self, name: str) -> None:
        cache.clear()
        for _ in range(5):
            self._password(self._browser(), name, "wrong")
        client = self._browser()
        client.get(LOGIN)
        with self.measured():
            response = self._password(client, name, self.PASSWORD)
        expect(status=200, got=response.status_code, step="blocked login")
        if "Too many failed" not in response.content.decode():
            raise RuntimeError("the limit did not hold")

    def _refused(self, name: str, password: str, *, answers: int = 200) -> None:
        client = self._fresh_browser()
        client.get(LOGIN)
        with self.measured():
            response = self._password(client, name, password)
        expect(status=answers, got=response.status_code, step="refused login")

    def _log_in(self, client: Client) -> None:
        client.get(LOGIN)
        self._password(client, "benali", self.PASSWORD)
        client.get(CODE)
        response = client.post(CODE, {"code": f"{totp(bytes.fromhex(self.CODE_SEED)):06d}"})
        expect(status=302, got=response.status_code, step="login")

    @staticmethod
    def _password(client: Client, name: str, password: str):  # type: ignore[no-untyped-def]  # noqa: ANN205 - the test client's response
        return client.post(LOGIN, {"login": name, "password": password})

    def _fresh_browser(self) -> Client:
        cache.clear()  # its limits, and the codes that it has seen
        return self._browser()

    @staticmethod
    def _browser() -> Client:
        return Client(HTTP_HOST="localhost")
