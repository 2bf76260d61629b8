"""Run the peer's steps: ``python -m benchmarks.two_factor_axes``."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.two_factor_axes.settings"
django.setup()

from benchmarks.two_factor_axes.steps import TwoFactorAxes  # noqa: E402 - models need the settings

TwoFactorAxes().serve()
