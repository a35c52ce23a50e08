"""The real embedding model and a sandbox of its own, both once."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr
from threadpoolctl import threadpool_limits

from answerlens_bank_builder.embedding import EmbeddingModel, EmbeddingSettings
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.handlers import Handlers
from answerlens_bank_builder.settings import BankBuilderSettings
from answerlens_common.db import Database
from answerlens_common.llm import LanguageModel, LlmSettings
from tests.integration.bank_builder.remembering import Remembering
from tests.support.sandbox import Sandbox, running_sandbox

SEED = 7


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """What the tests themselves compute is small: threads that wait for one another take many times as long."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
async def model() -> EmbeddingModel:
    """The embedded model."""
    model = EmbeddingModel(EmbeddingSettings())
    model.start()
    return model


@pytest.fixture(scope="session")
def grouper(model: EmbeddingModel) -> Grouper:
    """Learns the intents once: that takes as long as to embed the questions of five keywords."""
    return Grouper(Remembering(model))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox on a free port."""
    with running_sandbox(answer_seconds=0, seed=SEED) as sandbox:
        yield sandbox


@pytest.fixture
async def llm(sandbox: Sandbox) -> AsyncIterator[LanguageModel]:
    """A language model client of the sandbox."""
    settings = LlmSettings(base_url=f"{sandbox.url}/v1", api_key=SecretStr("sandbox"), model="sandbox-chat")
    async with LanguageModel(settings) as client:
        yield client


@pytest.fixture
def handlers(database: Database, grouper: Grouper, llm: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> Handlers:
    """The bank stage, for banks of 12 questions a cluster."""
    for name, value in {
        "POSTGRES_URL": database.settings.url,
        "RABBITMQ_URL": "amqp://unused",
        "LLM_BASE_URL": "http://unused",
        "LLM_API_KEY": "unused",
        "LLM_MODEL": "sandbox-chat",
        "QUESTIONS_PER_CLUSTER": "12",
    }.items():
        monkeypatch.setenv(f"ANSWERLENS_{name}", value)
    return Handlers(database, grouper, llm, BankBuilderSettings(embedding=EmbeddingSettings()))
