"""The long runs of the killed rotations: ``python -m tests.encryption.proving_rotation [kills] [rows] [test file]``."""

import os
import sys

import pytest

KILLS, ROWS, FILE = "200", "20000", "test_killed_rotation.py"

if __name__ == "__main__":
    kills, rows, file, *_ = [*sys.argv[1:], *[KILLS, ROWS, FILE][len(sys.argv) - 1 :]]
    os.environ |= {"ROTATION_KILLS": kills, "ROTATION_ROWS": rows}
    sys.exit(pytest.main(["-q", "-p", "no:randomly", f"tests/encryption/{file}"]))
