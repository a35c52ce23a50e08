"""The processes of this machine, as /proc has them."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BROWSERS = ("chrom", "headless_shell")


@dataclass(frozen=True)
class Process:
    """One of them; `state` is the kernel's letter, Z for a zombie."""

    name: str
    state: str
    parent: int

    @property
    def is_browser(self) -> bool:
        """Whether it is a Chromium, or one of its helpers."""
        return self.name.startswith(BROWSERS)


def all_processes() -> dict[int, Process]:
    """Every process, by its id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            # the name may itself hold spaces and brackets
            before, _, after = (folder / "stat").read_text().rpartition(")")
            state, parent = after.split()[:2]
            found[int(folder.name)] = Process(before.partition("(")[2], state, int(parent))
    return found


def ancestors(everything: Mapping[int, Process], pid: int) -> Iterator[int]:
    """The process itself, its parent, and so on up."""
    while (process := everything.get(pid)) is not None:
        yield pid
        pid = process.parent


def browsers_of(pid: int) -> list[int]:
    """The browser processes that a process has started, directly or not."""
    everything = all_processes()
    return [one for one, process in everything.items() if process.is_browser and pid in ancestors(everything, one)]
