"""What each package writes and each service needs, by the statements of the sources."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from answerlens_common.contracts.services import SERVICES
from answerlens_common.db.ownership import WRITES, Verb
from tests.ownership.reach import reached
from tests.ownership.spelling import sent
from tests.ownership.uses import calls, uses

Places = Mapping[tuple[str, str], Mapping[Verb, str]]
NOTHING = Verb(0)


@cache
def writers() -> Mapping[tuple[str, str], str]:
    """Who writes: for each (table, package) a place that does."""
    return {(use.table, one.package): one.place for one in sent() for use in uses(one.sql) if use.verb in WRITES}


@cache
def needs() -> Places:
    """What is needed: for each (table, service) its verbs, each with a place that needs it."""
    found: dict[tuple[str, str], dict[Verb, str]] = defaultdict(dict)
    for one in sent():
        for service in SERVICES:
            if (one.module, one.definition) in reached(service):
                for use in uses(one.sql):
                    found[use.table, service].setdefault(use.verb, one.place)
    return found


@cache
def called() -> Mapping[str, set[str]]:
    """The services that call each function."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in sent():
        for service in SERVICES:
            if (one.module, one.definition) in reached(service):
                for name in calls(one.sql):
                    found[name].add(service)
    return found
