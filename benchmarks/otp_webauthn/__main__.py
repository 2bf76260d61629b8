"""Run the peer's steps: ``python -m benchmarks.otp_webauthn``."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.otp_webauthn.settings"
django.setup()

from benchmarks.otp_webauthn.steps import OtpWebAuthn  # noqa: E402 - models need the settings

OtpWebAuthn().serve()
