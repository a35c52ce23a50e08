import json

import httpx
import pytest

from answerlens_cli.moments import moment
from tests.unit.cli.conftest import Run

QUEUE = "scorer.collection-answered.bulk"
PATH = f"/api/dead-letters/{QUEUE}"
QUEUES = [
    {"queue": QUEUE, "count": 3, "oldest": "2026-01-02T03:04:05Z"},
    {"queue": "searcher.keyword-requested.bulk", "count": 0, "oldest": None},
]
LETTER = {
    "id": "m-1",
    "reason": "failed",
    "error": "TransientError: [too slow]\x1b[31m",
    "attempts": 3,
    "at": "2026-01-02T03:04:05Z",
    "encoding": "utf-8",
    "body": '{"keyword": "蓝牙耳机"}',
}
RAW = LETTER | {"id": "m-2", "reason": None, "attempts": None, "at": None, "encoding": "base64", "body": "//4="}


def test_the_queues_that_have_dead_letters_are_listed(run: Run) -> None:
    result, fake = run({"GET /api/dead-letters": [QUEUES]}, "dead", "list")
    assert all(words in result.stdout for words in (QUEUE, "3", moment("2026-01-02T03:04:05Z")))
    assert "searcher" not in result.stdout
    assert fake.requests[0].headers["authorization"] == "Bearer admin"
    assert json.loads(run({"GET /api/dead-letters": [QUEUES]}, "dead", "list", "--json")[0].stdout) == QUEUES
    assert "no dead letters" in run({"GET /api/dead-letters": [QUEUES[1:]]}, "dead", "list")[0].stdout


def test_letters_are_shown_whatever_they_hold(run: Run) -> None:
    page = {"items": [LETTER, RAW], "next": "abc"}
    result, _ = run({f"GET {PATH}": page}, "dead", "show", QUEUE + ".dead")
    assert f"m-1  {moment('2026-01-02T03:04:05Z')}  failed, attempts: 3" in result.stdout
    assert "TransientError: [too slow]\ufffd[31m" in result.stdout
    assert '{"keyword": "蓝牙耳机"}' in result.stdout
    assert "m-2  at an unknown time  no reason" in result.stdout
    assert "base64: //4=" in result.stdout
    assert "--cursor abc" in result.stdout
    result, fake = run({f"GET {PATH}": page}, "dead", "show", QUEUE, "--json", "--cursor", "x", "--limit", "2")
    assert json.loads(result.stdout) == page
    assert dict(fake.requests[0].url.params) == {"limit": "2", "cursor": "x"}


@pytest.mark.parametrize(
    ("options", "selection"),
    [
        (["--all"], {}),
        (["--id", "m-1"], {"id": "m-1"}),
        (["--reason", "failed", "--keyword", "蓝牙耳机"], {"reason": "failed", "keyword": "蓝牙耳机"}),
    ],
)
def test_all_some_or_one_are_replayed_or_dropped(run: Run, options: list[str], selection: dict[str, str]) -> None:
    replayed = {"replayed": 2, "unwanted": 1, "left": 1, "more": False}
    result, fake = run({f"POST {PATH}/replay": replayed}, "dead", "replay", QUEUE, *options)
    assert fake.body == selection
    assert "Replayed: 2, left: 1." in result.stdout
    assert "Nobody waits for 1" in result.stdout
    dropped = {"dropped": 3, "left": 0, "more": False}
    result, fake = run({f"DELETE {PATH}": dropped}, "dead", "drop", QUEUE, *options)
    assert dict(fake.requests[0].url.params) == selection
    assert "Dropped: 3, left: 0." in result.stdout


@pytest.mark.parametrize("command", ["replay", "drop"])
@pytest.mark.parametrize("options", [[], ["--all", "--id", "m-1"]])
def test_which_are_meant_must_be_said(run: Run, command: str, options: list[str]) -> None:
    result, fake = run({}, "dead", command, QUEUE, *options)
    assert (result.exit_code, fake.requests) == (2, [])


def test_a_large_queue_takes_several_calls(run: Run) -> None:
    answers = [
        {"replayed": 1000, "unwanted": 2, "left": 700, "more": True},
        {"replayed": 700, "unwanted": 2, "left": 0, "more": False},
    ]
    result, fake = run({f"POST {PATH}/replay": answers}, "dead", "replay", QUEUE, "--all", "--json")
    assert json.loads(result.stdout) == {"replayed": 1700, "unwanted": 2, "left": 0, "more": False}
    assert len(fake.requests) == 2


def test_what_dies_again_at_once_is_not_chased(run: Run) -> None:
    again = httpx.Response(200, json={"replayed": 1000, "unwanted": 0, "left": 1000, "more": True})
    result, fake = run({f"POST {PATH}/replay": again}, "dead", "replay", QUEUE, "--all")
    assert "Replayed: 2000" in result.stdout
    assert len(fake.requests) == 2
