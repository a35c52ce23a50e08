import pytest

from answerlens_sandbox.sign import digest, is_proof


@pytest.mark.parametrize(
    ("text", "lane"),
    # FNV-1a of these is 811c9dc5 and e40c292c by its definition; the rest is the mixing step done by hand
    [("", 0x811C9DC5), ("a", 0xE40C292C)],
)
def test_the_first_lane_is_fnv1a_mixed(text: str, lane: int) -> None:
    lane ^= lane >> 16
    lane = lane * 0x85EBCA6B % 2**32
    assert digest(text)[:8] == f"{lane ^ (lane >> 13):08x}"


def test_digests_differ() -> None:
    assert len({digest(f"蓝牙{each}") for each in range(2000)}) == 2000


def test_a_proof_takes_about_as_many_tries_as_the_difficulty() -> None:
    tries = [next(n for n in range(10**5) if is_proof(f"c{each}_", n, 50)) for each in range(200)]
    assert 35 < sum(tries) / len(tries) < 70
