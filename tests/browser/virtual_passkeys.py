"""A device with passkeys, as Chromium simulates one: its finger is always there."""

from typing import Any

from playwright.sync_api import CDPSession, Page


class VirtualDevice:
    """An authenticator of this page: of the computer itself, or a key in a socket."""

    def __init__(self, page: Page, *, transport: str = "internal") -> None:
        self.protocol: CDPSession = page.context.new_cdp_session(page)
        self.protocol.send("WebAuthn.enable")
        self.options = {
            "protocol": "ctap2",
            "transport": transport,
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self._plugged_in()

    def _plugged_in(self) -> str:
        made = self.protocol.send("WebAuthn.addVirtualAuthenticator", {"options": self.options})
        return str(made["authenticatorId"])

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        """What the device holds."""
        found = self.protocol.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def waits_for_a_finger(self, *, is_there: bool) -> None:
        """Have the finger there at once, or never."""
        self.protocol.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self.id, "enabled": is_there})

    def pull_out(self) -> None:
        """Take the device away."""
        self.protocol.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})
