"""Each service's README names its settings, and those that all have stand in libs/common's."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from answerlens_common.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
SETTING = re.compile(r"ANSWERLENS_[A-Z_]*[A-Z]")
SERVICES = {
    "analyzer": "AnalyzerSettings",
    "bank-builder": "BankBuilderSettings",
    "collector": "CollectorSettings",
    "order-api": "OrderApiSettings",
    "scheduler": "SchedulerSettings",
    "scorer": "ScorerSettings",
    "searcher": "SearcherSettings",
}


def variables(settings: type[BaseSettings]) -> Iterator[str]:
    """The environment variables that a class reads, those of the classes it is composed of included."""
    for name, field in settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            yield from variables(kind)
        else:
            yield f"{settings.model_config.get('env_prefix', '')}{name}".upper()


COMMON = set(variables(ServiceSettings))


def test_the_services_are_those_there_are() -> None:
    assert SERVICES.keys() == {folder.parent.name for folder in (ROOT / "services").glob("*/pyproject.toml")}


def test_the_common_settings_stand_in_one_place() -> None:
    named = set(SETTING.findall((ROOT / "libs" / "common" / "README.md").read_text(encoding="utf-8")))
    assert {"ANSWERLENS_POSTGRES_URL", "ANSWERLENS_LEASE_SECONDS", "ANSWERLENS_LOG_LEVEL"} <= COMMON
    assert named == COMMON


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_names_its_own_settings(service: str) -> None:
    module = importlib.import_module(f"answerlens_{service.replace('-', '_')}.settings")
    own = set(variables(getattr(module, SERVICES[service]))) - COMMON
    readme = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")
    (row,) = [line for line in readme.splitlines() if line.startswith("| settings |")]
    assert set(SETTING.findall(row)) == own
    assert "../../libs/common/README.md" in row


def test_every_module_of_common_is_described() -> None:
    package = ROOT / "libs" / "common" / "src" / "answerlens_common"
    readme = (ROOT / "libs" / "common" / "README.md").read_text(encoding="utf-8")
    modules = {path.stem for path in package.glob("[!_]*.py")} | {
        f"{path.parent.name}.{path.stem}" for path in package.glob("*/[!_]*.py")
    }
    folders = {f"{path.parent.parent.name}.{path.parent.name}" for path in package.glob("*/*/__init__.py")}
    top = {f"**`{path.parent.name}`**" for path in package.glob("*/__init__.py")}
    described = {f"`{name}`" for name in modules | folders} | top
    assert {name for name in described if f"| {name} |" not in readme} == set()
