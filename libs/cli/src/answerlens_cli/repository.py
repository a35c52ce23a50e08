"""Where the checkout lies: the local stack runs from one."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
"""The repository's root: this file lies in libs/cli/src/answerlens_cli/, installed editable."""

RUN_DIR = ROOT / ".run"
"""Where the local stack keeps what it runs on, unless told otherwise."""
