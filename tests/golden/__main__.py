"""`python -m tests.golden`: take the golden files anew."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.golden.comparing import FILES, WRITE

if __name__ == "__main__":
    os.environ[WRITE] = "1"
    shutil.rmtree(FILES, ignore_errors=True)
    sys.exit(pytest.main(["-q", str(Path(__file__).parent)]))
