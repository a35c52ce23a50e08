"""Which tests run in one worker of `pytest -n`: those of a file, or of a folder that share what is dear to start."""

from xdist.scheduler import LoadFileScheduling

# Their first test starts a whole stack, browsers, a model or a seeded database. They are handed out first, the longest
# first of all, so that no worker is left alone with one at the end. Folders of one name are one unit: two whole stacks
# at a time would be more processes than two cores carry.
SHARING = {
    "tests/e2e": "whole stacks",
    "tests/chaos": "whole stacks",
    "tests/integration/collector": "the collector",
    "tests/integration/bank_builder": "the bank builder",
    "tests/golden": "golden files",
    "tests/integration/searcher": "the searcher",
}
BEFORE_OTHERS = (*SHARING, "tests/integration")


def unit_of(nodeid: str) -> str:
    """What the test belongs to: the unit of its folder, where that shares something, or its file."""
    return next(
        (unit for folder, unit in SHARING.items() if nodeid.startswith(f"{folder}/")), nodeid.partition("::")[0]
    )


def turn(nodeid: str) -> int:
    """Its place among all: a lower number is handed out earlier."""
    return next((n for n, folder in enumerate(BEFORE_OTHERS) if nodeid.startswith(f"{folder}/")), len(BEFORE_OTHERS))


class Sharing(LoadFileScheduling):  # type: ignore[misc]  # xdist publishes no types
    """`--dist loadfile`, but the units of SHARING are not divided."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
