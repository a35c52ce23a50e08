import pytest

from answerlens_rates.day import day_status


@pytest.mark.parametrize(
    ("ok", "total", "status"),
    [
        (200, 200, "ok"),
        (160, 200, "ok"),
        (159, 200, "degraded"),
        (100, 200, "degraded"),
        (99, 200, "failed"),
        (28, 35, "ok"),
        (0, 0, "failed"),
    ],
)
def test_a_day_is_judged_by_its_share_of_ok_answers(ok: int, total: int, status: str) -> None:
    assert day_status(ok, total) == status


def test_the_limits_are_settings() -> None:
    assert day_status(6, 10, degraded_below=0.5, failed_below=0.2) == "ok"
    assert day_status(1, 10, degraded_below=0.5, failed_below=0.2) == "failed"
