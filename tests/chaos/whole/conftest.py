"""One system for all cases of this folder; each places orders on keywords of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.chaos.system import System, small_system


@pytest.fixture(scope="package")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    async with small_system(tmp_path_factory.mktemp("whole") / "run") as system:
        yield system
