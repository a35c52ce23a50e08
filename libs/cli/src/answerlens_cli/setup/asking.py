"""What was given by options or the environment; what was not is asked for, unless that is not wanted."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr, ValidationError

from answerlens_cli.setup import options
from answerlens_cli.setup.errors import SetupError
from answerlens_common.contracts.engines import EngineFile
from answerlens_common.llm import LlmSettings


@dataclass(frozen=True)
class Asking:
    """Asks a person, or with `yes` nobody: then what is needed and not given is an error."""

    yes: bool

    def needed(
        self, value: str | None, where: str, question: str, *, secret: bool = False, default: str | None = None
    ) -> str:
        """The value, else the answer to the question; `default` when that is empty.

        Raises:
            SetupError: naming `where` it is to be given.
        """
        if value or (default and self.yes):
            return value or default or ""
        if self.yes:
            why = "is needed with --yes"
            raise SetupError(where, why)
        answer: str = typer.prompt(question, hide_input=secret, default=default, show_default=not secret)
        return answer.strip()

    def model(self, url: str | None, key: str | None, name: str | None) -> LlmSettings:
        """The language model; its prices and limits are those of the environment.

        Raises:
            SetupError: what was given is no address, or the environment has a setting that cannot be.
        """
        address = self.needed(url, options.LLM_URL, "Address of an OpenAI-compatible language model")
        if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
            why = "is no address, such as https://api.deepseek.com/v1"
            raise SetupError(options.LLM_URL, why)
        secret = self.needed(key, options.LLM_KEY, "Its key", secret=True)
        model = self.needed(name, options.LLM_MODEL, "Name of the model there")
        try:
            return LlmSettings(base_url=address, api_key=SecretStr(secret), model=model)
        except ValidationError as error:
            first = error.errors()[0]
            variable = f"ANSWERLENS_LLM_{str(first['loc'][0]).upper()}"
            raise SetupError(variable, first["msg"]) from None

    def engine_key(self, value: str | None, variable: str, file: EngineFile, model: LlmSettings) -> str:
        """An engine's key; that of the language model serves an engine of the same provider."""
        endpoint = str((file.model_extra or {}).get("endpoint", ""))
        same = urlsplit(endpoint).hostname == urlsplit(model.base_url).hostname
        default = model.api_key.get_secret_value() if same else None
        question = f"Key of {file.name}" + (" (enter: that of the language model)" if same else "")
        return self.needed(value, variable, question, secret=True, default=default)

    def sources(self, configured: str | None, *, listed: bool, synthetic: bool) -> str:
        """Where questions come from, as the searcher's setting has it.

        Raises:
            SetupError: nothing says where.
        """
        if listed:
            return "list,model" if synthetic else "list"
        if configured and not synthetic:
            return configured
        if not synthetic and self.yes:
            why = (
                "give a file, or allow --synthetic ones, or set ANSWERLENS_SEARCHER_SOURCES: nothing else can be asked"
            )
            raise SetupError(options.QUESTIONS, why)
        if not synthetic and not typer.confirm("May the language model propose the questions? They are marked as such"):
            why = (
                "then ANSWERLENS_SEARCHER_SOURCES has to say where they come from; services/searcher/README.md has more"
            )
            raise SetupError(options.QUESTIONS, why)
        # what an admin lists comes first
        return "list,model"
