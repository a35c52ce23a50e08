"""What an import takes: seconds, and the memory of the process that takes the file in, cuts, checks and joins it.

    python -m benchmarks.imports [--format jsonl] [--rows 5000 50000]

Starts a PostgreSQL of its own, unless the environment names one. One row in a hundred is not valid, and an answer has
some 1,500 characters. Each size is taken in by a process of its own, whose memory is its largest resident set; what it
has before it begins is shown beside it. The stages run by the real handlers and claims, batches one after the other.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

from openpyxl import Workbook
from tests.support.line import DAY, Line
from tests.support.unreliable import Broker

from answerlens_cli.stack.stack import backing_services
from answerlens_common.contracts.imports import FileFormat
from answerlens_common.db import Database
from answerlens_common.settings import PostgresSettings
from answerlens_orders.imports.form import ImportForm
from answerlens_orders.imports.formats import REQUIRED
from answerlens_orders.imports.read import read_import
from answerlens_orders.imports.receiving import receive

ROOT = Path(__file__).parents[1]
BAD_EVERY = 100
PIECE = 64 * 1024
_SENTENCE = "通勤时降噪和续航都重要，先看预算，再看佩戴是否舒服。"


def write_file(path: Path, form: FileFormat, rows: int) -> None:
    """A file of answers to as many questions; one in a hundred names no engine that there could be."""
    told = (
        (
            f"第 {number} 个问题怎么选？",
            f"{number}：{_SENTENCE * 60}",
            "深度" if number % BAD_EVERY == 0 else "other-chat",
        )
        for number in range(rows)
    )
    if form is FileFormat.XLSX:
        workbook = Workbook(write_only=True)
        sheet = workbook.create_sheet()
        sheet.append(REQUIRED)
        for row in told:
            sheet.append(row)
        workbook.save(path)
        return
    with path.open("w", encoding="utf-8") as file:
        if form is FileFormat.CSV:
            file.write(f"{','.join(REQUIRED)}\n")
        for row in told:
            if form is FileFormat.CSV:
                file.write(f"{','.join(row)}\n")
            else:
                file.write(f"{json.dumps(dict(zip(REQUIRED, row, strict=True)), ensure_ascii=False)}\n")


async def _body(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def one_import(url: str, path: Path, megabytes: float) -> None:
    """Take one file in and work it off in this process; prints what that took."""
    async with Database(PostgresSettings(url=url)) as db:
        broker = Broker()
        handlers = Line(db, broker).handlers()
        user: UUID = await db.value(
            "INSERT INTO users (name, role, key_sha256) VALUES (:name, 'client', :name) RETURNING id", name=str(uuid4())
        )
        before, began = _megabytes(), time.monotonic()
        form = ImportForm(FileFormat(path.suffix.removeprefix(".")), [])
        taken = await receive(db, user, form, DAY, _body(path))
        received, longest, last = time.monotonic() - began, 0.0, 0.0
        line = Line(db, broker)
        while True:
            await line.relay()
            if not broker.waiting:
                break
            event, message_id, _ = broker.waiting.pop(0)
            started = time.monotonic()
            await handlers[type(event)](event, message_id, 0)
            last = time.monotonic() - started
            longest = max(longest, last)
        view = await read_import(db, user, taken.import_id)
        print(  # noqa: T201
            f"{view.rows} rows, {megabytes:.0f} MB: {view.status.value}, {view.taken} taken,"
            f" {view.refused} refused; sent {received:.1f} s, all {time.monotonic() - began:.1f} s,"
            f" the last batch with the join {last:.1f} s;"
            f" memory {before:.0f} → {_megabytes():.0f} MB at most"
        )


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", type=FileFormat, default=FileFormat.JSONL)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000, 50_000])
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        path = Path(wanted.child[1])
        asyncio.run(one_import(wanted.child[0], path, path.stat().st_size / 1e6))
        return
    with tempfile.TemporaryDirectory() as folder, backing_services(Path(folder) / "run") as found:
        environment = {**os.environ, "ANSWERLENS_POSTGRES_URL": found.postgres_url}
        subprocess.run([sys.executable, "-m", "answerlens_common.db.migrations"], check=True, env=environment)
        for rows in wanted.rows:
            path = Path(folder) / f"{rows}.{wanted.format.value}"
            write_file(path, wanted.format, rows)
            command = [sys.executable, "-m", "benchmarks.imports", "--child", found.postgres_url, str(path)]
            subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - this module
            path.unlink()


if __name__ == "__main__":
    main()
