"""``python -m docs.generating``: write every reference page anew."""

import os

import django

from docs.generating import PAGES, REFERENCE

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.demo")
    django.setup()
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
