from collections import Counter

import pytest

from tests.chaos.facts import Facts
from tests.chaos.soak import KINDS, kind_of, table


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("I1: order 8c4f ended nowhere: it is running", "lost"),
        ("I2: order 8c4f was accepted and is not in the database", "lost"),
        ("I3: 3 answers are stored for q1", "duplicated"),
        ("I4: slot d of refresh fired twice", "duplicated"),
        ("I4: slot d of refresh was left out", "slots"),
        ("I5: published, and neither consumed nor dead: collection.scored.bulk m1", "lost"),
        ("I3: 哪款好 of chat-a was asked 4 times", "over-asked"),
        ("I6: a token did not grow", "stale writes"),
        ("I7: held: ask 咖啡机", "leases"),
        ("I7: zombie: chromium (78)", "zombies"),
        ("I7: 2 events wait in the outbox", "other"),
        ("I9: a stranger can read order 8c4f", "other"),
    ],
)
def test_every_violation_counts_as_something(line: str, kind: str) -> None:
    assert kind_of(line) == kind


def test_the_table_has_a_line_for_each_kind_and_the_bound() -> None:
    broken = ["I1: order 8c4f ended nowhere: it is running", "I6: a token did not grow"]
    lines = table(Facts(), broken, Counter(kill=60), Counter(completed=29, cancelled=1))
    assert [line.split("  ")[0] for line in lines[2 : 2 + len(KINDS)]] == list(KINDS)
    assert [line.split()[-1] for line in lines[2 : 2 + len(KINDS)]] == ["1", "0", "0", "0", "1", "0", "0", "0"]
    assert "5.0%" in lines[-1]
