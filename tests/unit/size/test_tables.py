from answerlens_common.db.tables import metadata
from tests.size.tables import GROWING, SMALL


def test_every_table_is_said_to_grow_or_to_stay_small() -> None:
    assert {*GROWING, *SMALL} == {*metadata.tables}
    assert not {*GROWING} & {*SMALL}
