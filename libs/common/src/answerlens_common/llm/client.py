"""The client that sends requests to the language model's endpoint."""

import logging

import httpx2
import openai

from answerlens_common.llm.settings import LlmSettings

# Many servers close a connection that has been idle for five seconds, which is also the client's own limit: a request
# sent at that moment is lost. The client gives an idle connection up well before.
_CONNECTIONS = httpx2.Limits(max_connections=1_000, max_keepalive_connections=100, keepalive_expiry=2.0)


def client_of(settings: LlmSettings) -> openai.AsyncOpenAI:
    """A client of the endpoint in the settings, to be closed at the end; it tries each request once."""
    # at DEBUG the client writes whole requests to the log
    logging.getLogger("openai").setLevel(logging.WARNING)
    return openai.AsyncOpenAI(
        base_url=settings.base_url,
        api_key=settings.api_key.get_secret_value(),
        timeout=settings.timeout_seconds,
        max_retries=0,  # retries are the pipeline's, where attempts are counted
        http_client=openai.DefaultAsyncHttpxClient(limits=_CONNECTIONS),
    )
