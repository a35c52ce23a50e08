"""Every case of chaos is long but the quick one, which `make test` runs."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes minutes; the hook sees the tests of every folder."""
    for item in items:
        if item.path.is_relative_to(FOLDER) and item.get_closest_marker("quick") is None:
            item.add_marker(pytest.mark.long)
