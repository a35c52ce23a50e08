"""What models write around the object they were asked for."""

from typing import Any

import pytest

from answerlens_common.llm import InvalidOutputError
from tests.unit.common.llm_endpoint import GOOD, Reply, language_model, saying


@pytest.mark.parametrize(
    "content", [f"```json\n{GOOD}\n```", f"```\n{GOOD}```", f"<think>也许 {{}}\n好</think>\n{GOOD}", f"\n{GOOD}\n"]
)
async def test_json_in_wrapping(content: str) -> None:
    async with language_model(saying(content)) as llm:
        assert (await llm.ask("wrapped", "", {}, Reply)).total == 1


@pytest.mark.case("j1")
@pytest.mark.parametrize(
    "content",
    [
        f"用户要数数……想好了。</think>\n{GOOD}",
        f"以下是结果：\n```json\n{GOOD}\n```",
        f"以下是结果：\n```JSON\n{GOOD}\n```\n如有需要请告诉我。",
        f"结果如下：{GOOD}",
        f"{GOOD}\n以上为结果。",
        f'<thinking>先写 {{"parts": 1}} 试试</thinking>\n{GOOD}',
        f'草稿：{{"parts": [], "total": 9}}\n改为：\n{GOOD}',
        f"<THINK>好</THINK>好的：\n```\n{GOOD}\n```",
        f"{{不是 JSON}} 而是 {GOOD}",
        f"\ufeff{GOOD}",
    ],
)
async def test_an_object_is_read_among_words_and_thoughts(content: str) -> None:
    sent: list[dict[str, Any]] = []
    async with language_model(saying(content, GOOD, sent=sent)) as llm:
        assert (await llm.ask("among_words", "", {}, Reply)).total == 1
    assert len(sent) == 1


@pytest.mark.parametrize("content", [f"<think>也许 {GOOD}", f"<think>{GOOD}</think>", f"想到 {GOOD} 了</think>不知道"])
async def test_a_thought_is_no_answer(content: str) -> None:
    async with language_model(saying(content, content)) as llm:
        with pytest.raises(InvalidOutputError):
            await llm.ask("thought_only", "", {}, Reply)


async def test_a_reply_of_braces_stays_cheap() -> None:
    for content in ("{" * 200_000, '{"a":' * 50_000, '{"a": 1} ' * 50_000):
        async with language_model(saying(content, content)) as llm:
            with pytest.raises(InvalidOutputError):
                await llm.ask("braces", "", {}, Reply)
