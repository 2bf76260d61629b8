"""The steps on our portal."""

import re
from datetime import timedelta

from django.core.management import call_command
from django.db import connections
from django.test import Client

from benchmarks.journey import Journey, expect
from hardening import clock
from hardening.authenticators.models import OneTimeCode
from hardening.authenticators.one_time_code import NEVER
from hardening.lockout.models import StoredBucket
from hardening.testing.browsers import make_known
from hardening.testing.passkeys import bind_soft_passkey
from portal.accounts.models import Account
from portal.demo.cast import PASSWORD
from portal.demo.enrolling import next_code
from portal.demo.samples import JOSETTE

OWNER, HOLDER, LEAVER, NOBODY = "benali", "girard", "parti", "personne"
"""Of a telephone, of a passkey, of an account that is closed, and of none."""

STALE = 600_000
A_DAY = timedelta(days=1)
FILL = """
INSERT INTO hardening_lockout_bucket
    (key, kind, account, network, failures, refused, second_step_failures, last_failed_at)
SELECT gen_random_uuid(), 1, '', '', '[]', 0, 0, now() - interval '400 days'
FROM generate_series(1, %s)
"""
LOGIN, CODE, LOOK_UP = "/login/", "/login/code/", "/look-up/"
OK, REDIRECT, TOO_MANY = 200, 302, 429


class Hardened(Journey):
    """Two steps, lockout, gate, ledger, audit and sealed columns."""

    def prepare(self) -> None:
        """Make the tables, the keys, the cast and 2,000 people."""
        call_command("migrate", verbosity=0)
        call_command("migrate", database="hardening", verbosity=0)
        call_command("keys", "init")
        call_command("seed_demo", quiet=True)
        self.device = bind_soft_passkey(Account.objects.get(username=HOLDER))
        Account.objects.create_user(LEAVER, password=PASSWORD, is_active=False)
        self.client = self._own_computer()
        self._log_in(self.client, code=next_code(OWNER)[0])

    def login(self) -> None:
        """Log in at the owner's computer, without a session: form, password, code page, code, landing."""
        self._start_afresh()
        client, code = self._own_computer(), next_code(OWNER)[0]  # read off the phone, which costs the portal nothing
        with self.measured():
            self._log_in(client, code=code)

    def protected_page(self) -> None:
        """Show the form of the look-up, with the budget in the side column."""
        with self.measured():
            response = self.client.get(LOOK_UP)
        expect(status=OK, got=response.status_code, step="protected page")

    def look_up(self) -> None:
        """Find one person through the gate."""
        typed = {"nir": JOSETTE.nir, "birth_date": f"{JOSETTE.birth_date:%d/%m/%Y}"}
        with self.measured():
            response = self.client.post(LOOK_UP, typed)
        expect(status=OK, got=response.status_code, step="look-up")

    def passkey_login(self) -> None:
        """Log in on a clean browser: page, question, answer, landing."""
        client = Client()
        with self.measured():
            client.get(LOGIN)
            options = client.post(LOGIN + "passkey/options/").json()
            response = client.post(LOGIN + "passkey/", {"answer": self.device.get(options)})
        expect(status=REDIRECT, got=response.status_code, step="passkey login")

    def failed_login(self) -> None:
        """Post a wrong password; the counters are emptied before, so that this is the first failure."""
        self._refused(OWNER, "wrong")

    def unknown_login(self) -> None:
        """Post a name that nobody has."""
        self._refused(NOBODY, "wrong")

    def disabled_login(self) -> None:
        """Post the right password of an account that is closed."""
        self._refused(LEAVER, PASSWORD)

    def blocked_login(self) -> None:
        """Post the right password once the limit is reached."""
        self._block(OWNER)

    def blocked_unknown_login(self) -> None:
        """Post a name that nobody has once its limit is reached."""
        self._block(NOBODY)

    def stale_login(self) -> None:
        """Log in beside the rows of an attack of last year."""
        if StoredBucket.objects.count() < STALE:
            with connections["hardening"].cursor() as cursor:
                cursor.execute(FILL, [STALE])
                cursor.execute("ANALYZE hardening_lockout_bucket")
        self.login()

    def _block(self, name: str) -> None:
        for _ in range(5):
            Client().post(LOGIN, {"username": name, "password": "wrong"})
        client = Client()
        client.get(LOGIN)
        with self.measured():
            response = client.post(LOGIN, {"username": name, "password": PASSWORD})
        expect(status=TOO_MANY, got=response.status_code, step="blocked login")

    def _refused(self, name: str, password: str) -> None:
        self._start_afresh()
        client = Client()
        client.get(LOGIN)
        with self.measured():
            response = client.post(LOGIN, {"username": name, "password": password})
        expect(status=OK, got=response.status_code, step="refused login")

    def _own_computer(self) -> Client:
        client = Client()
        make_known(client, Account.objects.get_by_natural_key(OWNER))
        return client

    def _start_afresh(self) -> None:
        StoredBucket.objects.filter(last_failed_at__gt=clock.now() - A_DAY).delete()
        OneTimeCode.objects.update(last_counter=NEVER)

    def _log_in(self, client: Client, *, code: str) -> None:
        client.get(LOGIN)
        client.post(LOGIN, {"username": OWNER, "password": PASSWORD})
        page = client.get(CODE).content.decode()
        authenticator = re.search(r'name="authenticator" value="([^"]+)"', page)
        if authenticator is None:
            raise RuntimeError("the password did not lead to the code")
        response = client.post(CODE, {"authenticator": authenticator[1], "code": code})
        expect(status=REDIRECT, got=response.status_code, step="login")
