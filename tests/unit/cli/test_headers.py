"""What HTTP cannot carry is refused in a sentence, and never repeated: it may be a secret."""

import subprocess
import sys
from pathlib import Path

import pytest

from answerlens_cli.access import connect
from answerlens_common.errors import AnswerLensError
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_api import ORDER

BAD = [
    "中文-secret",
    "secret\nwith a break",
    "secret\r\nX-Evil: 1",
    "se cret",
    "secret\x00",
    "secret" * 100,
    "",
    "sécret",
]


@pytest.mark.case("c2")
@pytest.mark.parametrize("key", BAD)
def test_an_idempotency_key_that_no_header_can_hold_is_refused(run: Run, key: str) -> None:
    result, fake = run({"POST /api/orders": ORDER}, "order", "add", "手机", "--brand", "华为", "--idempotency-key", key)
    assert (result.exit_code, fake.requests) == (2, [])
    assert "--idempotency-key" in result.stderr
    assert "cret" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.case("c2")
@pytest.mark.parametrize("key", [bad for bad in BAD if bad])
def test_a_key_of_the_environment_that_no_header_can_hold_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(Exception, match="ANSWERLENS_API_KEY is no key") as refused:
        connect("client", {"ANSWERLENS_API_URL": "http://127.0.0.1:1", "ANSWERLENS_API_KEY": key}, tmp_path)
    assert "cret" not in str(refused.value)


@pytest.mark.case("c2")
@pytest.mark.parametrize("url", ["http://user:secret@127.0.0.1:1", "not an address secret", "ftp://secret", "http://"])
def test_an_address_with_a_secret_is_not_shown(tmp_path: Path, url: str) -> None:
    environment = {"ANSWERLENS_API_URL": url, "ANSWERLENS_API_KEY": "al_x"}
    with pytest.raises(AnswerLensError) as told, connect("client", environment, tmp_path) as api:
        api.call("GET", "/api/orders")
    assert "secret" not in str(told.value)


@pytest.mark.case("c2")
@pytest.mark.parametrize("arguments", [["order", "list", "--keyword"], ["user", "revoke"], ["sources"]])
def test_an_argument_that_is_no_text_is_refused_in_a_sentence(tmp_path: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "answerlens_cli", *arguments, b"\xff\xfe"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={
            "ANSWERLENS_API_URL": "http://127.0.0.1:1",
            "ANSWERLENS_API_KEY": "al_x",
            "PATH": "",
            "PYTHONPATH": ":".join(sys.path),
        },
    )
    assert b"Traceback" not in done.stderr
    assert b"not UTF-8" in done.stderr
    assert done.returncode == 1
