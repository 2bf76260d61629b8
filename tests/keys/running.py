"""A process that goes on using its ring: ``python -m tests.keys.running '<json>'``.

It is told the names of the databases and the key file, says ``ready``, and ends with the id of the new primary key.
"""

import json
import os
import sys
import time
from typing import Any

import django


def main(told: dict[str, Any]) -> None:
    """Use the ring every few milliseconds until it is another."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - only now
    from django.db import connections  # noqa: PLC0415

    from hardening.keys.ring import key_ring  # noqa: PLC0415

    for alias, name in told["databases"].items():
        connections[alias].settings_dict["NAME"] = name
    settings.HARDENING_KEYS = {"file": told["file"]}
    first = key_ring().primary_id("encryption")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while (primary := key_ring().primary_id("encryption")) == first:
        time.sleep(0.005)
    sys.stdout.write(f"{primary}\n")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
