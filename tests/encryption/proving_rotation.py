"""The long runs of rotation: ``python -m tests.encryption.proving_rotation``; ``--index`` for that of an index key."""

import argparse
import os
import sys

import pytest

TESTS = ("tests/encryption/test_killed_rotation.py", "tests/encryption/test_little_memory.py")
OF_INDEX = ("tests/encryption/test_killed_index_rotation.py",)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", action="store_true")
    parser.add_argument("--kills", default="200")
    parser.add_argument("--rows", default="")
    parser.add_argument("--rows-in-little-memory", default="1000000")
    parser.add_argument("--strategy", default="batch,shadow")
    asked = parser.parse_args()
    os.environ |= {
        "ROTATION_KILLS": asked.kills,
        "ROTATION_ROWS": asked.rows or ("5000" if asked.index else "20000"),
        "ROTATION_STRATEGY": asked.strategy,
        "LITTLE_MEMORY_ROWS": asked.rows_in_little_memory,
    }
    sys.exit(pytest.main(["-q", "-p", "no:randomly", *(OF_INDEX if asked.index else TESTS)]))
