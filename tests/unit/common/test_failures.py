"""Each failure that a client may read of has words, and each error of ours is one of them."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import answerlens_analyzer
import answerlens_bank_builder
import answerlens_collector
import answerlens_common
import answerlens_scorer
import answerlens_searcher
from answerlens_common.errors import AnswerLensError, failure_from
from answerlens_common.failures import SENTENCES, Failure, failure_of
from answerlens_common.llm.errors import RateLimitedError
from answerlens_searcher.source import CaptchaError, EmptyResultError

PACKAGES = (
    answerlens_analyzer,
    answerlens_bank_builder,
    answerlens_collector,
    answerlens_common,
    answerlens_scorer,
    answerlens_searcher,
)


def errors(kind: type[AnswerLensError]) -> Iterator[type[AnswerLensError]]:
    for below in kind.__subclasses__():
        yield below
        yield from errors(below)


def test_every_failure_says_what_happened_and_what_to_do() -> None:
    assert set(SENTENCES) == set(Failure)
    for failure, said in SENTENCES.items():
        assert said.chinese.endswith("。"), failure
        assert re.search("请|次日会自动再测", said.chinese), failure
        assert not re.search("[A-Za-z]", said.chinese), failure
        assert said.english.endswith("."), failure


def test_every_error_of_ours_is_a_failure_with_words() -> None:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__") and ".migrations." not in module.name:
                importlib.import_module(module.name)
    found = set(errors(AnswerLensError))
    assert {CaptchaError, RateLimitedError} < found
    assert {error.failure for error in found} <= set(SENTENCES)
    assert Failure.SEVERAL not in {error.failure for error in found}


def test_an_error_is_told_by_what_it_is() -> None:
    assert failure_from(CaptchaError("a captcha")) is Failure.SOURCE_CAPTCHA
    assert failure_from(EmptyResultError("蓝牙耳机")) is Failure.NO_QUESTIONS
    assert failure_from(RateLimitedError("write", None)) is Failure.MODEL_UNAVAILABLE
    assert failure_from(KeyError("x")) is Failure.INTERNAL


@pytest.mark.parametrize(
    ("stage", "code", "failure"),
    [
        ("search", "source_captcha", Failure.SOURCE_CAPTCHA),
        ("search", None, Failure.SOURCE_UNAVAILABLE),
        ("analyse", None, Failure.INTERNAL),
        ("search", "unheard_of", Failure.INTERNAL),
    ],
)
def test_a_message_is_told_by_its_code_and_without_one_by_its_stage(
    stage: str, code: str | None, failure: Failure
) -> None:
    assert failure_of(stage, code) is failure
