"""What every test shares."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from hardening.keys.conf import KeysSettings
from hardening.keys.ring import KeyRing
from hardening.testing.append_only import empty_audit, empty_ledger
from tests import selection
from tests.servers import run

# Time is measured in the benchmarks: a busy machine must not fail a property.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    selection.require_programs(config)


def pytest_report_header() -> str:
    return f"servers: {run.current().described}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    selection.mark(items)
    selection.leave_out(items, config=config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.exitstatus = selection.exit_status(session.config, status=exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    selection.report(terminalreporter, config=config)


@pytest.fixture(scope="session", autouse=True)
def key_ring() -> KeyRing:
    """The run's own keys: one file for all its processes, known to every database that a test empties."""
    from hardening.keys.testing import prepare_keys  # noqa: PLC0415 - models need the app registry

    return prepare_keys(KeysSettings.load().path())


@pytest.fixture(autouse=True)
def no_password_is_being_sprayed() -> None:
    """Start each test as a fresh process: the whole suite mistypes the same few passwords."""
    from hardening.lockout import sprayed  # noqa: PLC0415 - models need the app registry

    sprayed.forget()


@pytest.fixture(autouse=True)
def append_only_tables_are_left_empty(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sweep up after a test that commits: Django's flush spares the tables that only their owner may empty."""
    yield
    marker = request.node.get_closest_marker("django_db")
    asked = marker.kwargs if marker is not None else {}
    commits = asked.get("transaction") or "transactional_db" in request.fixturenames
    if commits and "hardening" in asked.get("databases", ()):
        blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            empty_audit()
            empty_ledger()
