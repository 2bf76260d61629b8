"""The long runs of rotation: ``python -m tests.encryption.proving_rotation [kills] [rows] [rows in little memory]``."""

import os
import sys

import pytest

DEFAULTS = ("200", "20000", "1000000")
TESTS = ("tests/encryption/test_killed_rotation.py", "tests/encryption/test_little_memory.py")

if __name__ == "__main__":
    kills, rows, rows_in_little_memory = [*sys.argv[1:], *DEFAULTS[len(sys.argv) - 1 :]]
    os.environ |= {"ROTATION_KILLS": kills, "ROTATION_ROWS": rows, "LITTLE_MEMORY_ROWS": rows_in_little_memory}
    sys.exit(pytest.main(["-q", "-p", "no:randomly", *TESTS]))
