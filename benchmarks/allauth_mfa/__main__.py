"""Run the peer's steps: ``python -m benchmarks.allauth_mfa``."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.allauth_mfa.settings"
django.setup()

from benchmarks.allauth_mfa.steps import AllauthMfa  # noqa: E402 - models need the settings

AllauthMfa().serve()
