"""The long run of the killed rotation: ``python -m tests.encryption.proving_rotation``."""

import argparse
import os
import sys

import pytest

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", default="200", help="of each strategy (default %(default)s)")
    parser.add_argument("--rows", default="20000", help="of the table (default %(default)s)")
    parser.add_argument("--strategy", default="batch,shadow", help="of rotate_keys (default %(default)s)")
    asked = parser.parse_args()
    os.environ |= {
        "ROTATION_KILLS": asked.kills,
        "ROTATION_ROWS": asked.rows,
        "ROTATION_STRATEGY": asked.strategy,
    }
    sys.exit(pytest.main(["-q", "-p", "no:randomly", "tests/encryption/test_killed_rotation.py"]))
