import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRETS = {
    "SECRET_KEY": "q" * 60,
    "ALLOWED_HOSTS": "portal.example",
    "PORTAL_URL": "https://portal.example",
    "DATABASE_URL": "postgresql://portal@db.example/portal",
    "HARDENING_DATABASE_URL": "postgresql://hardening@db.example/hardening",
    "HARDENING_KEYS_FILE": "/etc/portal/keys.json",
}


def start(*, without: str = "", **others: str) -> subprocess.CompletedProcess[str]:
    """Start the portal as a server does, with only these variables set."""
    program = (
        "import portal.wsgi; from django.conf import settings as s; "
        "print(s.SETTINGS_MODULE, s.SESSION_COOKIE_NAME, s.HARDENING_LOGIN['portal_url'], "
        "s.HARDENING_AUTHENTICATORS['rp_id'], *s.HARDENING_AUTHENTICATORS['origins'])"
    )
    given = {name: value for name, value in (SECRETS | others).items() if name != without}
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], **given},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", SECRETS)
def test_a_server_does_not_start_without_one_of_its_secrets(name: str) -> None:
    started = start(without=name)

    assert started.returncode != 0
    assert f"not set: {name}." in started.stderr


@pytest.mark.parametrize("hosts", ["*", "portal.example,*", " , "])
def test_a_server_that_would_answer_to_any_name_does_not_start(hosts: str) -> None:
    """P19."""
    started = start(ALLOWED_HOSTS=hosts)

    assert started.returncode != 0
    assert "ALLOWED_HOSTS must name hosts" in started.stderr


def test_a_server_starts_in_production_with_host_bound_cookies() -> None:
    assert start().stdout.split()[:2] == ["portal.settings.production", "__Host-session"]


def test_passkeys_are_bound_to_the_portal_or_to_a_domain_above_it() -> None:
    """P19: named in the environment, never by a request."""
    below = start(PORTAL_URL="https://tiers-payant.portal.example:8443/", PASSKEY_DOMAIN="portal.example")

    assert start().stdout.split()[3:] == ["portal.example", "https://portal.example"]
    assert below.stdout.split()[3:] == ["portal.example", "https://tiers-payant.portal.example:8443"]


def test_links_and_letters_lead_to_the_portal_and_not_to_the_readers_own_machine() -> None:
    assert start().stdout.split()[2] == "https://portal.example"
