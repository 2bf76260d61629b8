"""What every test shares."""

from tests.servers import run


def pytest_report_header() -> str:
    return f"servers: {run.current().described}"
