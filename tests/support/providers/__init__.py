"""Providers' replies in words of our own: the form of each is that of the source its module names, nothing is copied.

`PROVIDERS` has one for each file of kind `api` in deploy/engines.
"""

from tests.support.providers import dashscope, deepseek, moonshot, openai, volcengine
from tests.support.providers.provider import Provider, Rounds

PROVIDERS: dict[str, Provider] = {
    "deepseek-api": deepseek.PROVIDER,
    "doubao-api": volcengine.PROVIDER,
    "kimi-api": moonshot.PROVIDER,
    "openai-api": openai.PROVIDER,
    "qwen-api": dashscope.PROVIDER,
}

__all__ = ["PROVIDERS", "Provider", "Rounds"]
