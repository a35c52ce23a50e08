import json

import pytest

from answerlens_common.text.matching import Mention
from answerlens_rates.outcomes import Linking, MixedTablesError, Naming, Outcomes, linking, naming, pool
from tests.unit.rates.tables import row, table


def test_position_is_the_rank_by_first_appearance_among_the_order_s_brands() -> None:
    mentions = [Mention("b", 0, 2), Mention("x", 3, 5), Mention("me", 6, 8), Mention("a", 9, 11), Mention("me", 12, 14)]
    assert naming(mentions, "me", ["a", "b", "c"]) == Naming(
        named=True, position=2, competitors_named=(True, True, False)
    )


def test_brands_first_named_together_share_a_rank() -> None:
    assert naming([Mention("a", 0, 2), Mention("me", 0, 2)], "me", ["a"]).position == 1


@pytest.mark.case("o4")
def test_among_nobody_there_is_no_position() -> None:
    assert naming([Mention("me", 0, 2)], "me", []) == Naming(named=True, position=None, competitors_named=())


def test_who_is_not_named_has_no_position() -> None:
    assert naming([Mention("a", 0, 2)], "me", ["a"]) == Naming(named=False, position=None, competitors_named=(True,))


def test_listed_and_cited_links_are_counted_apart() -> None:
    links = linking([("own", True), ("own", False), ("competitor", True), ("other", False)])
    assert links == Linking(cited_own=1, listed_own=2, cited_total=2)


def test_the_table_survives_json() -> None:
    outcomes = table(
        [row("q1", named=True, position=3, others=[True, False]), row("q2", score=None, others=[False] * 2)]
    )
    columns = outcomes.columns()
    assert columns["score"] == [1, None]
    assert columns["position"] == [3, None]
    again = Outcomes.from_columns(json.loads(json.dumps(columns)))
    assert again.columns() == columns
    assert again.competitors_named.shape == (2, 2)


def test_citations_of_tables_stored_before_it_was_asked_are_known() -> None:
    columns = table([row("q1", told=False), row("q2")]).columns()
    assert columns["citations_known"] == [False, True]
    del columns["citations_known"]
    assert Outcomes.from_columns(columns).citations_known.tolist() == [True, True]


def test_an_empty_table_survives_json() -> None:
    columns = table([]).columns()
    assert Outcomes.from_columns(json.loads(json.dumps(columns))).columns() == columns


def test_tables_of_two_surfaces_are_never_pooled() -> None:
    with pytest.raises(MixedTablesError) as error:
        pool([table([row(1)], "browser"), table([row(1)], "api")])
    assert error.value.surfaces == {"browser", "api"}


def test_tables_against_other_competitors_are_not_pooled() -> None:
    with pytest.raises(MixedTablesError):
        pool([table([row(1, others=[True])]), table([row(1, others=[True, True])])])


def test_pooling_keeps_every_answer() -> None:
    pooled = pool([table([row(1, others=[True])]), table([row(1, others=[False]), row(2, others=[True])])])
    assert pooled.question_id.tolist() == ["1", "1", "2"]
    assert pooled.competitors_named.ravel().tolist() == [True, False, True]
