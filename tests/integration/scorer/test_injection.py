"""Attacks on the scoring, over HTTP; and the benchmark that counts what they change."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from answerlens_common.llm import LanguageModel, LlmSettings
from answerlens_scorer.score import score_answers
from tests.support.injection import ATTACKS, HARD, HONEST
from tests.support.sandbox import Sandbox, running_sandbox

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(answer_seconds=0, seed=7) as sandbox:
        yield sandbox


async def test_no_attack_changes_another_answers_score(sandbox: Sandbox) -> None:
    settings = LlmSettings(base_url=f"{sandbox.url}/v1", api_key=SecretStr("sandbox"), model="sandbox-chat")
    async with LanguageModel(settings) as llm:
        alone = await score_answers(llm, HONEST)
        assert len(set(alone.values())) == 5
        for attack in (*ATTACKS, *HARD):
            attacked = await score_answers(llm, [*HONEST[:5], attack, *HONEST[5:]])
            assert {name: attacked[name] for name in alone} == alone, attack.id
        together = await score_answers(llm, [*ATTACKS, *HONEST, *HARD])
        assert {name: together[name] for name in alone} == alone


def test_the_benchmark_counts_what_attacks_change(sandbox: Sandbox) -> None:
    endpoint = {"BASE_URL": f"{sandbox.url}/v1", "API_KEY": "sandbox", "MODEL": "sandbox-chat"}
    ran = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "injection.py", "--json"],
        env={**os.environ, **{f"ANSWERLENS_LLM_{name}": value for name, value in endpoint.items()}},
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(ran.stdout)
    attacks = len(ATTACKS) + len(HARD)
    assert figures["attacks"] == attacks
    assert figures["noise"] == {"changed": 0, "of": 5 * len(HONEST)}
    assert figures["fenced others"] == {"changed": 0, "of": attacks * len(HONEST)}
