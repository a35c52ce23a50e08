"""Which sources of questions there are, and in which order."""

import pytest
from pydantic import ValidationError

from answerlens_searcher.settings import SearcherSettings


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("ANSWERLENS_POSTGRES_URL", "postgresql://unused")
    monkeypatch.setenv("ANSWERLENS_RABBITMQ_URL", "amqp://unused")
    monkeypatch.delenv("ANSWERLENS_SEARCHER_SOURCE", raising=False)
    monkeypatch.delenv("ANSWERLENS_SEARCHER_SOURCES", raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("given", "sources"),
    [("page", ("page",)), ("page,api,list,model", ("page", "api", "list", "model")), (" api, page ", ("api", "page"))],
)
def test_sources_are_named_in_their_order(env: pytest.MonkeyPatch, given: str, sources: tuple[str, ...]) -> None:
    env.setenv("ANSWERLENS_SEARCHER_SOURCES", given)
    assert SearcherSettings().sources == sources


def test_the_setting_of_one_source_goes_on_working(env: pytest.MonkeyPatch) -> None:
    env.setenv("ANSWERLENS_SEARCHER_SOURCE", "api")
    assert SearcherSettings().sources == ("api",)
    env.setenv("ANSWERLENS_SEARCHER_SOURCES", "page,api")
    assert SearcherSettings().sources == ("page", "api")


def test_without_a_setting_the_model_proposes_nothing(env: pytest.MonkeyPatch) -> None:
    assert SearcherSettings().sources == ("page", "list")
    env.setenv("ANSWERLENS_SEARCHER_ENOUGH_QUESTIONS", "30")
    assert SearcherSettings().enough_questions == 30


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "at least one source"),
        ("page,page", "none twice"),
        ("model,page", "model must be the last"),
        ("page,bing", "ANSWERLENS_SEARCHER_SOURCES"),
    ],
)
def test_a_chain_that_makes_no_sense_is_refused(env: pytest.MonkeyPatch, given: str, why: str) -> None:
    env.setenv("ANSWERLENS_SEARCHER_SOURCES", given)
    with pytest.raises(ValidationError, match=why):
        SearcherSettings()
