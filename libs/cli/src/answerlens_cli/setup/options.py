"""The options that a set-up may find wrong, by their names."""

from typing import Final

LLM_URL: Final = "--llm-url"
LLM_KEY: Final = "--llm-key"
LLM_MODEL: Final = "--llm-model"
ENGINE: Final = "--engine"
ENGINE_FILE: Final = "--engine-file"
KEYWORD: Final = "--keyword"
BRAND: Final = "--brand"
QUESTIONS: Final = "--questions"
