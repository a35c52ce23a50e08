"""`answerlens order evidence` and `order reanalyse`: what a number was made of, and making it again."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from answerlens_cli.access import connect
from answerlens_cli.api import Json
from answerlens_cli.orders import AsJson, OrderId, Repeated
from answerlens_cli.rates import POSITIONS

app = typer.Typer()


@app.command()
def evidence(
    order_id: OrderId,
    *,
    date: Annotated[str | None, typer.Option(help="Of this day (2026-01-31); the newest when left out.")] = None,
    engine: Annotated[str | None, typer.Option(help="Of this engine; of all when left out.")] = None,
    rate: Annotated[str, typer.Option(help="Behind this rate, such as mention_rate[cluster=3].")] = "mention_rate",
    cluster: Annotated[int | None, typer.Option(help="Of this cluster of questions.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The `next` of the page before.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the answers behind a rate: where each names whom, and the links it cites."""
    wanted = {"date": date, "engine": engine, "rate": rate, "cluster": cluster, "limit": limit, "cursor": cursor}
    query = {name: value for name, value in wanted.items() if value is not None}
    with connect("client") as api:
        page = api.call("GET", f"/api/orders/{order_id}/evidence", params=query)
    if as_json:
        print(json.dumps(page, ensure_ascii=False, indent=2))
        return
    table = Table("engine", "question", "counts", "score", "named", "links", title=f"{rate} {page['date']}")
    for item in page["items"]:
        table.add_row(*(escape(cell) for cell in _cells(item)))
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    left = "" if cluster is None else f" in cluster {cluster}"
    lines = [_behind(behind, rate, left) for behind in page["rates"]] + page["notes"]
    lines += [f"More: --cursor {page['next']}"] if page["next"] else []
    console.print(escape("\n".join(lines)), highlight=False, soft_wrap=True)


@app.command()
def reanalyse(
    order_id: OrderId,
    *,
    alias: Annotated[Repeated, typer.Option(help="Another name of the brand; all of them, repeated.")] = [],  # noqa: B006
    domain: Annotated[Repeated, typer.Option(help="A domain of the brand; all of them, repeated.")] = [],  # noqa: B006
    context: Annotated[Repeated, typer.Option(help="A word the name counts only near to; all, repeated.")] = [],  # noqa: B006
    exclude: Annotated[Repeated, typer.Option(help="A phrase in which the name means nothing; all.")] = [],  # noqa: B006
    competitor: Annotated[Repeated, typer.Option(help="A competitor's name; all of them, repeated.")] = [],  # noqa: B006
    clear: Annotated[Repeated, typer.Option(help="aliases, domains, context, exclude or competitors: none.")] = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Look for other names, or the same again, in every answer that is still kept; what is left out stays as it is."""
    given = {"aliases": alias, "domains": domain, "context": context, "exclude": exclude}
    brand = {name: values for name, values in given.items() if values or name in clear}
    body: Json = {"brand": brand}
    if competitor or "competitors" in clear:
        body["competitors"] = [{"name": name} for name in competitor]
    if unknown := set(clear) - {*given, "competitors"}:
        message = f"cannot clear {', '.join(sorted(unknown))}"
        raise typer.BadParameter(message)
    with connect("client") as api:
        answer = api.call("POST", f"/api/orders/{order_id}/reanalyse", json=body)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    lines = [f"{day['date']} {', '.join(day['engines'])}: analysed again" for day in answer["days"]]
    lines += [f"{day['date']} {', '.join(day['engines'])}: {day['reason']}" for day in answer["not_recomputed"]]
    Console().print(escape("\n".join(lines or ["Nothing has been measured yet."])), highlight=False, soft_wrap=True)


def _cells(item: Json) -> list[str]:
    counts = f"{item['numerator']:g} of {item['denominator']:g}"
    score = "" if item["score"] is None else str(item["score"])
    links = [f"{link['owner']} {link['url']}" for link in item["links"] or () if link["cited"]]
    question = item["question"] or item["question_id"]
    return [item["engine"], question, counts, score, _named(item), "\n".join(links)]


def _named(item: Json) -> str:
    if item["mentions"] is None:
        return "?"
    return "\n".join(f"{named['text'] or named['brand']} {named['start']}–{named['end']}" for named in item["mentions"])


def _behind(behind: Json, rate: str, left: str) -> str:
    """What the answers that the filters leave add up to, on all pages together; and what the day's rate is of."""
    whole: dict[str, Any] = behind["rate"] or {}
    of_all = f"{whole['k']} of {whole['n']}" if whole.get("n") is not None else "no such rate"
    counted = behind.get("counted")
    if counted is None:
        said = of_all
    elif rate in POSITIONS:
        said = f"positions add up to {counted['numerator']:g} over {counted['denominator']:g} answers{left}"
    else:
        said = f"{counted['numerator']:g} of {counted['denominator']:g}{left}"
    said += f" ({of_all} in all)" if counted is not None and left else ""
    said += f", on {', '.join(whole['engines'])}" if whole.get("engines") else ""
    versions = ", ".join(f"{name} {_joined(value)}" for name, value in behind["versions"].items())
    return f"{behind['engine']}: {said}. Versions: {versions}."


def _joined(value: object) -> str:
    return " + ".join(map(str, value)) if isinstance(value, list) else str(value)
