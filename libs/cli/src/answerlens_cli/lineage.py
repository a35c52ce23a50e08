"""`answerlens order evidence` and `order reanalyse`: what a number was made of, and making it again."""

from typing import Annotated, Any

import typer

from answerlens_cli.access import connect
from answerlens_cli.api import Json
from answerlens_cli.dates import date_option
from answerlens_cli.options import AsJson, Cursor, Limit, OrderId, Repeated, given
from answerlens_cli.order_body import Competitors, Exact, Variants, competitors_of
from answerlens_cli.output import show_json, show_lines, show_more, show_pairs
from answerlens_cli.rates import POSITIONS

app = typer.Typer()


@app.command()
def evidence(
    order_id: OrderId,
    *,
    date: Annotated[str | None, date_option("Of this day (2026-01-31); the newest when left out.")] = None,
    engine: Annotated[str | None, typer.Option(help="Of this engine; of all when left out.")] = None,
    rate: Annotated[str, typer.Option(help="Behind this rate, such as mention_rate[cluster=3].")] = "mention_rate",
    cluster: Annotated[int | None, typer.Option(help="Of this cluster of questions.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Show the answers behind a rate: where each names whom, and the links it cites."""
    query = given(date=date, engine=engine, rate=rate, cluster=cluster, limit=limit, cursor=cursor)
    with connect("client") as api:
        page = api.call("GET", f"/api/orders/{order_id}/evidence", params=query)
    if as_json:
        show_json(page)
        return
    show_lines(f"{rate} {page['date']}", "")
    for item in page["items"]:
        show_pairs(_shown(item))
        show_lines("")
    left = "" if cluster is None else f" in cluster {cluster}"
    show_lines(*(_behind(behind, rate, left) for behind in page["rates"]), *page["notes"])
    show_more(page)


@app.command()
def reanalyse(  # noqa: PLR0913 - one parameter an option
    order_id: OrderId,
    *,
    alias: Annotated[Repeated, typer.Option(help="Another name of the brand; all of them, repeated.")] = [],  # noqa: B006
    domain: Annotated[Repeated, typer.Option(help="A domain of the brand; all of them, repeated.")] = [],  # noqa: B006
    context: Annotated[Repeated, typer.Option(help="A word the name counts only near to; all, repeated.")] = [],  # noqa: B006
    exclude: Annotated[Repeated, typer.Option(help="A phrase in which the name means nothing; all.")] = [],  # noqa: B006
    variants: Variants = None,
    exact: Exact = None,
    competitor: Competitors = [],  # noqa: B006
    clear: Annotated[Repeated, typer.Option(help="aliases, domains, context, exclude or competitors: none.")] = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Look for other names, or the same again, in every answer that is still kept; what is left out stays as it is."""
    said = {"aliases": alias, "domains": domain, "context": context, "exclude": exclude, "competitors": competitor}
    if unknown := set(clear) - said.keys():
        message = f"cannot clear {', '.join(sorted(unknown))}"
        raise typer.BadParameter(message)
    if both := [name for name, values in said.items() if values and name in clear]:
        message = f"given and cleared at once: {', '.join(both)}"
        raise typer.BadParameter(message)
    changed: Json = {name: values for name, values in said.items() if values or name in clear}
    changed.pop("competitors", None)
    body: Json = {"brand": changed | given(variants=variants, exact=exact)}
    if competitor or "competitors" in clear:
        body["competitors"] = competitors_of(competitor)
    with connect("client") as api:
        answer = api.call("POST", f"/api/orders/{order_id}/reanalyse", json=body)
    if as_json:
        show_json(answer)
        return
    lines = [f"{day['date']} {', '.join(day['engines'])}: analysed again" for day in answer["days"]]
    lines += [f"{day['date']} {', '.join(day['engines'])}: {day['reason']}" for day in answer["not_recomputed"]]
    show_lines(*(lines or ["Nothing has been measured yet."]))


def _shown(item: Json) -> dict[str, str]:
    """An answer as it is shown, a line for each part."""
    return {
        "engine": item["engine"],
        "question": f"{item['question'] or ''} {item['question_id']}".strip(),
        "counts": f"{item['numerator']:g} of {item['denominator']:g}",
        "score": "" if item["score"] is None else str(item["score"]),
        "named": _named(item),
        "links": "\n".join(f"{link['owner']} {link['url']}" for link in item["links"] or () if link["cited"]),
    }


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
