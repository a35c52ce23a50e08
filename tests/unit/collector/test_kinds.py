from answerlens_collector.engines import KINDS
from answerlens_common.contracts.engines import RUN_KINDS


def test_what_may_be_ordered_is_what_the_collector_runs() -> None:
    assert tuple(KINDS) == RUN_KINDS
