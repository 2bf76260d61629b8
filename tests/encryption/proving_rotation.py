"""The long run of the killed rotation: ``python -m tests.encryption.proving_rotation [kills] [rows]``."""

import os
import sys

import pytest

KILLS, ROWS = "200", "20000"

if __name__ == "__main__":
    kills, rows, *_ = [*sys.argv[1:], *[KILLS, ROWS][len(sys.argv) - 1 :]]
    os.environ |= {"ROTATION_KILLS": kills, "ROTATION_ROWS": rows}
    sys.exit(pytest.main(["-q", "-p", "no:randomly", "tests/encryption/test_killed_rotation.py"]))
