"""A person at a browser, who types into the pages of the login."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from hardening.lockout import device_cookies
from hardening.testing.browsers import make_known
from hardening.testing.passkeys import SoftPasskey
from hardening.testing.phones import Phone

GLASSES = "trois lunettes bleues"
TEETH = "une dent contre personne"
COUNTER = "/counter/"


class Visitor:
    """One browser, with the cookies it has been given."""

    def __init__(self, *, address: str = "198.51.100.7") -> None:
        self.browser = Client(REMOTE_ADDR=address, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")

    def get(self, page: str, *arguments: Any) -> Any:
        return self.browser.get(reverse(f"hardening:{page}", args=arguments))

    def post(self, page: str, *arguments: Any, **typed: str) -> Any:
        return self.browser.post(reverse(f"hardening:{page}", args=arguments), typed)

    def give_password(self, username: str = "amine.benali", password: str = GLASSES, **more: str) -> Any:
        return self.post("login", username=username, password=password, **more)

    def give_code(self, phone: Phone, code: str | None = None, *, page: str = "code", **more: str) -> Any:
        typed = phone.code() if code is None else code
        return self.post(page, authenticator=phone.authenticator, code=typed, **more)

    def asked_for_a_passkey(self, page: str = "passkey_login_options") -> dict[str, Any]:
        options: dict[str, Any] = json.loads(self.post(page).content)
        return options

    def show_passkey(self, device: SoftPasskey, **lies: Any) -> Any:
        return self.post("passkey_login", answer=device.get(self.asked_for_a_passkey(), **lies), next=COUNTER)

    def enter(self, phone: Phone, username: str = "amine.benali", password: str = GLASSES) -> "Visitor":
        self.is_known_to(username).give_password(username, password)
        assert self.give_code(phone).status_code == 302
        assert self.is_inside()
        return self

    def is_known_to(self, username: str = "amine.benali") -> "Visitor":
        """Sit at the computer that this account uses every day."""
        account = get_user_model()._default_manager.get_by_natural_key(username)
        if device_cookies.cookie_name(username) not in self.browser.cookies:
            make_known(self.browser, account)
        return self

    def is_inside(self) -> bool:
        return bool(self.browser.get(COUNTER).status_code == 200)

    @property
    def key(self) -> str:
        return str(self.browser.cookies["session"].value)

    def with_key(self, key: str) -> "Visitor":
        self.browser.cookies["session"] = key
        return self
