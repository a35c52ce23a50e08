"""What the READMEs say is stored, from the map."""

from pathlib import Path

from answerlens_common.contracts.services import SERVICES
from answerlens_common.db.ownership import MECHANISM, OWNERS, WRITES, Verb
from tests.ownership.spelling import REPOSITORY

README_FOLDERS = ("libs/common", "libs/collection", "libs/orders", *(f"services/{service}" for service in SERVICES))
_WORDS = {Verb.INSERT: "inserts", Verb.UPDATE: "updates", Verb.DELETE: "deletes"}
_START = "| stores | "


def readme(folder: str) -> Path:
    """The README of a service or a library."""
    return REPOSITORY / folder / "README.md"


def written_row(folder: str) -> str:
    """The line as it should be: the tables it owns, then what a service does in those of others."""
    service = folder.rpartition("/")[2]
    own = [f"`{name}`" for name, table in OWNERS.items() if table.owner == service]
    other: dict[str, list[str]] = {}
    for name, table in OWNERS.items():
        done = table.services.get(service, Verb(0)) & WRITES
        if table.owner != service and done and (name not in MECHANISM or service in table.other_writers):
            other.setdefault(table.owner, []).append(f"`{name}` ({', '.join(_WORDS[verb] for verb in done)})")
    if folder.startswith("libs/"):
        return f"Tables: {', '.join(own)}."
    parts = [", ".join(own)] if own else []
    parts += [f"of `{owner}`: {', '.join(tables)}" for owner, tables in other.items()]
    return f"{_START}{'; '.join(parts)}; [the mechanism's](../../libs/common/README.md#tables) |"


def write() -> None:
    """Write them into the READMEs."""
    for folder in README_FOLDERS:
        path = readme(folder)
        lines = path.read_text(encoding="utf-8").splitlines()
        changed = [written_row(folder) if line.startswith((_START, "Tables: ")) else line for line in lines]
        path.write_text("\n".join(changed) + "\n", encoding="utf-8")
