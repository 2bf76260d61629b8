"""The steps on the peer's portal."""

from datetime import date

from axes.models import AccessAttempt
from axes.utils import reset
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from benchmarks.journey import Journey, expect
from benchmarks.two_factor_axes.models import Person

LOGIN = "/account/login/"
NUMBER = "184024958815726"


class TwoFactorAxes(Journey):
    """django-two-factor-auth's wizard, django-axes' database handler, a clear column."""

    def prepare(self) -> None:
        """Make the tables, one account with a one-time code, and 2,000 people."""
        call_command("migrate", verbosity=0)
        # The tables are created here rather than by a migration: this app exists for the comparison only.
        call_command("migrate", "two_factor_axes", run_syncdb=True, verbosity=0)
        user = get_user_model().objects.create_user("benali", password=self.PASSWORD)
        get_user_model().objects.create_user("martin", password=self.PASSWORD)
        get_user_model().objects.create_user("parti", password=self.PASSWORD, is_active=False)
        TOTPDevice.objects.create(user=user, name="default", key=self.CODE_SEED)
        Person.objects.bulk_create(
            Person(nir=f"{int(NUMBER) + number}", birth_date=date(1984, 2, 29), name="Nom", insurer="Mutuelle")
            for number in range(2000)
        )
        self.client = Client()
        self._log_in(self.client)

    def login(self) -> None:
        """Log in on a clean browser: form, password, code form (the wizard answers with it), code, landing."""
        self._let_the_code_work_again()
        client = Client()
        with self.measured():
            self._log_in(client)

    def protected_page(self) -> None:
        """Show the page that reads nothing."""
        with self.measured():
            response = self.client.get("/home/")
        expect(status=200, got=response.status_code, step="protected page")

    def look_up(self) -> None:
        """Find one person in clear columns."""
        with self.measured():
            response = self.client.post("/look-up/", {"nir": NUMBER, "birth_date": "1984-02-29"})
        expect(status=200, got=response.status_code, step="look-up")

    def failed_login(self) -> None:
        """Post a wrong password; the counter is emptied before, so that this is the first failure."""
        self._refused("benali", "wrong")

    def unknown_login(self) -> None:
        """Post a name that nobody has."""
        self._refused("personne", "wrong")

    def disabled_login(self) -> None:
        """Post the right password of an account that is closed."""
        self._refused("parti", self.PASSWORD)

    def blocked_login(self) -> None:
        """Post the right password once the limit is reached."""
        self._block("benali")

    def blocked_unknown_login(self) -> None:
        """Post a name that nobody has once its limit is reached."""
        self._block("personne")

    def _refused(self, name: str, password: str) -> None:
        reset()
        client = Client()
        client.get(LOGIN)
        with self.measured():
            response = self._password(client, password, name=name)
        expect(status=200, got=response.status_code, step="refused login")

    def _block(self, name: str) -> None:
        if not AccessAttempt.objects.filter(username=name, failures_since_start__gte=5).exists():
            for _ in range(5):
                self._password(Client(), "wrong", name=name)
        client = Client()
        client.get(LOGIN)
        with self.measured():
            response = self._password(client, self.PASSWORD, name=name)
        expect(status=429, got=response.status_code, step="blocked login")

    def _let_the_code_work_again(self) -> None:
        reset()
        TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)

    def _log_in(self, client: Client) -> None:
        client.get(LOGIN)
        self._password(client, self.PASSWORD)
        response = client.post(
            LOGIN,
            {"login_view-current_step": "token", "token-otp_token": f"{totp(bytes.fromhex(self.CODE_SEED)):06d}"},
        )
        expect(status=302, got=response.status_code, step="login")

    def _password(self, client: Client, password: str, *, name: str = "benali"):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the test client's response
        return client.post(
            LOGIN,
            {"login_view-current_step": "auth", "auth-username": name, "auth-password": password},
        )
