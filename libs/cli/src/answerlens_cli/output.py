"""What the command prints. Nothing that the next command needs is ever cut: not an id, a name, a keyword or a cursor.

What comes from outside is text: it is shown without markup, and without characters that would steer the terminal.
"""

import json
from collections.abc import Mapping, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

Cell = str | Text
UNLIMITED = 100_000
"""Columns of an output that is no terminal: whatever reads it wants whole lines."""


def show_json(answer: object, *, indent: int | None = 2) -> None:
    """An answer as it is, for scripts."""
    print(json.dumps(answer, ensure_ascii=False, indent=indent), flush=True)


def show_lines(*lines: str) -> None:
    """Sentences, each on a line of its own however long."""
    for line in lines:
        print(visible(line))


def show_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], empty: str = "There are none.") -> None:
    """A line for each row; where the terminal is too narrow for that, a few lines for each.

    Args:
        columns: their names.
        rows: a cell for each column.
        empty: what is said when there are no rows.
    """
    if not rows:
        show_lines(empty)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*map(text_of, row))
    show_fitting(table)


def show_fitting(table: Table) -> None:
    """A table as wide as its longest cells; its rows below one another where the terminal is narrower than that."""
    console = Console(highlight=False)
    wide = _wide(UNLIMITED)
    width = Measurement.get(wide, wide.options, table).maximum
    if width <= console.width:
        console.print(table)
    elif not console.is_terminal:
        _wide(width).print(table)
    else:
        _show_below_one_another(table, console)


def _show_below_one_another(table: Table, console: Console) -> None:
    if table.title:
        console.print(table.title, soft_wrap=True)
    names = [_written(column.header).plain for column in table.columns]
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        pairs = dict(zip(names, map(_written, cells), strict=True))
        if heading := pairs.pop("", None):  # a row's own name
            console.print(heading, style="bold", soft_wrap=True)
        show_pairs(pairs)
        console.print()


def show_pairs(pairs: Mapping[str, Cell]) -> None:
    """Names and values, a line each; what is empty is left out."""
    shown = {name: text_of(value) for name, value in pairs.items() if str(value)}
    width = max(map(cell_len, shown), default=0)
    console = Console(highlight=False)
    for name, value in shown.items():
        for number, line in enumerate(value.split("\n")):
            head = name if number == 0 else ""
            console.print(Text.assemble((set_cell_size(head, width + 2), "bold"), line), soft_wrap=True)


def show_more(page: Mapping[str, object]) -> None:
    """How to get the page after this one."""
    if page["next"]:
        show_lines(f"More: --cursor {page['next']}")


def text_of(cell: Cell) -> Text:
    """A cell as text alone: brackets in it are no markup."""
    return Text(visible(cell)) if isinstance(cell, str) else cell


def visible(text: str) -> str:
    """Text in which what would steer a terminal is shown as a replacement character; line breaks stay."""
    return "".join(c if c.isprintable() or c in " \n\t" else "\ufffd" for c in text)


def _wide(width: int) -> Console:
    """A console of this width; with a height too, or Rich goes by the terminal's name."""
    return Console(highlight=False, width=width, height=25)


def _written(cell: object) -> Text:
    """What a table's cell shows; a string in one is markup."""
    return cell if isinstance(cell, Text) else Text.from_markup(str(cell))
