#!/usr/bin/env python
"""Run the portal's commands; the demonstration settings are the default here, production's in wsgi.py."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.demo")
    execute_from_command_line(sys.argv)
