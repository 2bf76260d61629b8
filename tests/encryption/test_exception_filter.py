import sys

import pytest
from django.test import RequestFactory, override_settings
from django.views.debug import ExceptionReporter

from hardening.encryption.exception_filter import sealed_names
from tests.encryption.cast import AMINE_NIR, CLAIRE_NAME, CLAIRE_NIR
from tests.encryption.records.models import Patient

FILTERED = override_settings(
    DEFAULT_EXCEPTION_REPORTER_FILTER="hardening.encryption.exception_filter.SealedExceptionReporterFilter"
)


def test_the_names_of_sealed_columns_are_sensitive() -> None:
    assert {"nir", "birth_date", "family_name", "email"} <= sealed_names()
    assert "ward" not in sealed_names()


@pytest.mark.parametrize("is_debug", [True, False])
@pytest.mark.parametrize("form", ["html", "text"])
def test_c14_an_error_report_holds_no_sealed_value(form: str, is_debug: bool) -> None:  # noqa: FBT001 - pytest's
    request = RequestFactory().post(
        "/look-up", {"nir": CLAIRE_NIR, "form-0-family_name": CLAIRE_NAME, "other": AMINE_NIR}
    )
    patient = Patient(nir=CLAIRE_NIR)

    def fail(nir: str) -> None:
        typed = {"number": f"{AMINE_NIR[:1]} {AMINE_NIR[1:]}"}
        raise RuntimeError(f"{patient.nir} {len(nir)} {len(typed)}")

    with FILTERED, override_settings(DEBUG=is_debug):
        try:
            fail(CLAIRE_NIR)
        except RuntimeError:
            reporter = ExceptionReporter(request, *sys.exc_info())
        report = reporter.get_traceback_html() if form == "html" else reporter.get_traceback_text()

    assert "RuntimeError" in report
    for secret in (CLAIRE_NIR, AMINE_NIR[1:], CLAIRE_NAME):
        assert secret not in report
