"""Which engines a figure over all of them rests on, where it is not all."""

from collections.abc import Sequence

from answerlens_cli.api import Json

SENTIMENT = {"positive_share", "negative_share"}


def title(report: Json) -> str:
    """The heading of what is told over all engines."""
    engines = _behind((report["overall"] or {}).get("rates", {}).get("mention_rate") or {})
    missing = set(report["engines"]) - set(engines)
    return f"全部引擎 all engines{_only(engines)}" if engines and missing else "全部引擎 all engines"


def said(name: str, report: Json) -> str:
    """What stands behind a rate over all engines that rests on other engines than the heading says, or partly on one.

    Args:
        name: The rate's.
        report: As the API gives it.
    """
    rates = (report["overall"] or {}).get("rates", {})
    engines = _behind(rates.get(name) or {})
    usual = _behind(rates.get("mention_rate") or {}) or list(report["engines"])
    words = _only(engines) if engines and set(engines) != set(usual) else ""
    partly = [engine for engine in engines if name in SENTIMENT and _is_pending(report["engines"].get(engine) or {})]
    return f"{words} {', '.join(partly)} 部分 partly" if partly else words


def partly(name: str, part: Json) -> str:
    """What stands behind a share of an engine's answers of which not all have been judged."""
    known = (part.get("rates", {}).get(name) or {}).get("rate") is not None
    return " 部分 partly" if name in SENTIMENT and known and _is_pending(part) else ""


def _behind(rate: Json) -> list[str]:
    return list(rate.get("engines") or ())


def _only(engines: Sequence[str]) -> str:
    return f" 仅 only {', '.join(engines)}"


def _is_pending(part: Json) -> bool:
    return bool(part.get("sentiment_pending"))
