from pathlib import Path

import pytest

from answerlens_common.observing.failpoints import POINTS, FailpointError, reach

POINT = POINTS[0]


async def test_nothing_happens_unless_a_folder_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ANSWERLENS_FAILPOINTS", raising=False)
    (tmp_path / POINT).write_text("fail")
    await reach(POINT)
    assert (tmp_path / POINT).exists()


async def test_an_armed_point_is_met_once_and_leaves_a_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANSWERLENS_FAILPOINTS", str(tmp_path))
    await reach(POINT)
    (tmp_path / POINT).write_text("fail\n")
    with pytest.raises(FailpointError, match=POINT):
        await reach(POINT)
    await reach(POINT)
    assert (tmp_path / f"{POINT}.hit").exists()
    assert not (tmp_path / POINT).exists()
