"""A case of chaos has time to say what it waited for in vain."""

from pathlib import Path

import pytest

from tests.chaos.patience import PATIENCE_SECONDS

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every case wait out its patience: the limit of the other tests is shorter."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.timeout(1.5 * PATIENCE_SECONDS))
