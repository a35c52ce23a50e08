"""A stranger with a key: one command from nothing to a report, on an engine that is asked by its API."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from answerlens_cli.stack.stack import Stack
from tests.support.sandbox import running_sandbox

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(600)]

ENGINE = Path(__file__).parent / "engines" / "api-a.yaml"
QUESTIONS = 20
WORDS = ("送父母的", "跑步用的", "打游戏的", "学生", "降噪的", "开会用的")


def test_from_a_key_to_a_report_in_one_command(tmp_path: Path) -> None:
    run_dir, settings = tmp_path / "run", tmp_path / "settings"
    with running_sandbox(answer_seconds=0.1, seed=6) as sandbox:
        environment = os.environ | {
            "ANSWERLENS_SANDBOX_URL": sandbox.url,
            "ANSWERLENS_SETTINGS_DIR": str(settings),
            "ANSWERLENS_LLM_API_KEY": "sandbox",
        }
        given = ["--llm-url", f"{sandbox.url}/v1", "--llm-model", "sandbox-mini", "--engine-file", str(ENGINE)]
        people = tmp_path / "people.txt"
        people.write_text("\n".join(f"{word}蓝牙耳机怎么选？" for word in WORDS), encoding="utf-8")
        order = ["--keyword", "蓝牙耳机", "--brand", "索尼", "--alias", "Sony", "--size", str(QUESTIONS)]
        sources = ["--questions", str(people), "--synthetic"]
        command = [sys.executable, "-m", "answerlens_cli", "setup", "--yes", "--json", "--run-dir", str(run_dir)]
        try:
            done = subprocess.run(
                [*command, *given, *order, *sources],
                env=environment,
                capture_output=True,
                text=True,
                timeout=500,
                check=False,
            )
        finally:
            Stack(run_dir).down()
        asked = [row for row in sandbox.journal() if row["kind"] == "ask"]
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["surface"], list(report["engines"])) == ("api", ["api-a"])
    assert report["engines"]["api-a"]["rates"]["mention_rate"]["n"] == QUESTIONS
    assert len(asked) == QUESTIONS + 1, "one to try it"
    assert report["question_sources"]["origins"]["list"] == len(WORDS)
    assert report["question_sources"]["asked"] == len(WORDS), "the model's are synthetic"
    assert (settings / "answerlens.env").stat().st_mode & 0o777 == 0o600
