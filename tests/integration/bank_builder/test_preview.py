import json
import os
import subprocess
import sys

import pytest

from tests.support.sandbox import Sandbox

PRICE = ["多少钱一斤？", "一个月要花多少钱？", "预算三百够不够？"]
TROUBLE = ["漏了怎么办？", "买回来就是坏的，怎么投诉？", "不响了，还能修好吗？"]
COMMAND = [sys.executable, "-m", "answerlens_cli", "bank", "preview", "--keyword", "茶叶", "--json", "-"]


def preview(questions: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ANSWERLENS_LLM_")}
    text = "\ufeff" + "\r\n".join(questions)
    return subprocess.run(
        COMMAND, input=text, capture_output=True, text=True, check=False, env={**own, **environment, "PYTHONUTF8": "1"}
    )


def test_without_a_language_model_the_names_are_generic() -> None:
    done = preview(["", PRICE[0], *TROUBLE, *PRICE])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "clusters": [
            {"intent": "价格与性价比", "questions": PRICE},
            {"intent": "问题与故障解决", "questions": TROUBLE},
        ]
    }


@pytest.mark.case("o13")
def test_what_fits_no_intent_comes_last_as_other() -> None:
    done = preview([*PRICE, "今天晚上的月亮真圆啊", *TROUBLE])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clusters"][-1] == {"intent": "其他", "questions": ["今天晚上的月亮真圆啊"]}
    assert [len(each["questions"]) for each in json.loads(done.stdout)["clusters"]] == [3, 3, 1]


def test_a_language_model_proposes_the_intents_and_labels_the_questions(sandbox: Sandbox) -> None:
    trouble = ["坏了怎么办？", "没声音了，怎么维修？", "不响了，还能修好吗？"]
    done = preview(
        PRICE + trouble,
        ANSWERLENS_LLM_BASE_URL=f"{sandbox.url}/v1",
        ANSWERLENS_LLM_API_KEY="sandbox",
        ANSWERLENS_LLM_MODEL="sandbox-chat",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "clusters": [
            {"intent": "价格与性价比", "questions": PRICE},
            {"intent": "故障与维修", "questions": trouble},
        ]
    }
    assert [row["task"] for row in sandbox.journal() if row["kind"] == "llm"] == ["keyword_intents", "question_intents"]


def test_a_language_model_that_finds_no_intents_still_names_the_groups(sandbox: Sandbox) -> None:
    done = preview(
        PRICE + TROUBLE,
        ANSWERLENS_LLM_BASE_URL=f"{sandbox.url}/v1",
        ANSWERLENS_LLM_API_KEY="sandbox",
        ANSWERLENS_LLM_MODEL="sandbox-chat",
    )
    assert done.returncode == 0, done.stderr
    assert [each["questions"] for each in json.loads(done.stdout)["clusters"]] == [PRICE, TROUBLE]
    assert [row["task"] for row in sandbox.journal() if row["kind"] == "llm"][-1] == "cluster_intents"


@pytest.mark.parametrize("questions", [[], ["", "  "]])
def test_no_questions(questions: list[str]) -> None:
    done = preview(questions)
    assert done.returncode == 1
    assert "no source questions for 茶叶" in done.stderr
