"""Run our steps: ``python -m benchmarks.hardened``."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.hardened.settings"
django.setup()

from benchmarks.hardened.steps import Hardened  # noqa: E402 - models need the settings

Hardened().serve()
