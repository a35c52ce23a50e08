"""A profile that cannot be used stops its own engine, with its file, line and field; the others go on."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from answerlens_collector import store
from answerlens_collector.app import open_engines
from answerlens_collector.engines import KINDS, Engine
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.contracts.engines import load_engines
from answerlens_common.db import Database
from answerlens_common.jobs.topology import store as store_engines
from answerlens_common.limits.breakers import Breakers

GOOD = """name: {name}
kind: browser
surface: browser
verified: never
url: https://chat.example/
input: {{selector: textarea, kind: textarea}}
send: {{key: Enter}}
dom:
  answer: .answer:has(p)
  busy: .busy
failures:
  - {{status: captcha, title: 验证}}
  - status: unavailable
    answer: 'Error: .*'
"""
BAD = {
    "misspelt": ("  busy: .busy", "  busy: .busy\n  bussy: .b", "line 11: dom.bussy: Extra inputs"),
    "css": ("  busy: .busy", "  busy: '.busy:nth('", "line 10: dom.busy: '.busy:nth(' is no CSS selector"),
    "pattern": ("'Error: .*'", "'Error: ('", "line 14: failures.1.answer: .*is no regular expression"),
    "slow": ("'Error: .*'", "'[ab]*a[ab]{900}'", "line 14: failures.1.answer: .*takes .* ms on 100 kB"),
    "endless": ("  busy: .busy\n", "", "line 8: dom: .*sign of the answer's end"),
}


async def test_a_bad_profile_disables_its_own_engine_only(database: Database, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD.format(name="good"), encoding="utf-8")
    for name, (old, new, _) in BAD.items():
        text = GOOD.format(name=name)
        assert old in text
        (tmp_path / f"{name}.yaml").write_text(text.replace(old, new), encoding="utf-8")
    await store_engines(database, load_engines(tmp_path, {}))
    async with database.transaction() as tx:
        # an engine of which an older job has kept no lines
        await tx.execute("UPDATE engine SET origin = NULL WHERE name = 'endless'")
    engines: dict[str, Engine] = {}
    async with AsyncExitStack() as stack:

        async def enter(engine: Engine) -> None:
            await stack.enter_async_context(engine)

        found = await store.enabled_engines(database, [*KINDS])
        refused = await open_engines(found, BrowserSettings(), Breakers(None), engines, enter)
    assert [*engines] == ["good"]
    assert refused.keys() == BAD.keys()
    for name, (_, _, said) in BAD.items():
        wanted = said if name != "endless" else said.removeprefix("line 8: ")
        file = f"{name}.yaml, " if name != "endless" else "endless: "
        with pytest.raises(ValueError, match=f"{file}{wanted}".replace("(", r"\(").replace("'.busy", r"'\.busy")):
            raise ValueError(refused[name])
