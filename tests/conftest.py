"""A real PostgreSQL and a real RabbitMQ for the whole session: private instances unless the environment names some."""

import gc
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from answerlens_cli.stack.environment import Addresses
from answerlens_cli.stack.stack import backing_services
from tests.support import sharing
from tests.support.budget import within_budget
from tests.support.servers import run_folder


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without the garbage collector: it would look through all that is imported again and again.

    What is there after it stays to the end, and is left out of every later look.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.Sharing | None:
    """Keep tests together that share what is dear to start."""
    return sharing.Sharing(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the workers of `pytest -n` begin with what takes longest.

    The cases of a function are in the order of their names: those taken from a set would else be in another order in
    each worker, and pytest would run none.
    """
    if hasattr(config, "workerinput"):
        functions: dict[str, int] = {}
        for item in items:
            functions.setdefault(item.nodeid.partition("[")[0], len(functions))
        items.sort(key=lambda item: (sharing.turn(item.nodeid), functions[item.nodeid.partition("[")[0]], item.nodeid))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Hold each test to its budget."""
    with within_budget(item):
        return (yield)


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """Where the session's own database server and broker are."""
    with run_folder(tmp_path_factory.mktemp("run")) as folder, backing_services(folder) as found:
        yield found


@pytest.fixture(scope="session")
def rabbitmq_url(addresses: Addresses) -> str:
    return addresses.rabbitmq_url
