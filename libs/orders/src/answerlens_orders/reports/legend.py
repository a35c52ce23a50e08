"""What a report says of its figures: why some have none, and which engines those over all engines rest on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from answerlens_common.contracts.no_rate import SENTENCES, NoRate
from answerlens_orders.reports.rate_view import ModelChange, Rates


def no_rate_notes(parts: Iterable[Rates]) -> Iterator[str]:
    """Why rates of these parts have no value, each reason once.

    Not of the breakdowns by score and cluster, whose names say what they lack; nor of what is told of an engine.

    Args:
        parts: The rates of an engine, or of all, by name.
    """
    found = {
        rate["reason"] for rates in parts for name, rate in rates.items() if "[" not in name and rate.get("reason")
    }
    for reason in NoRate:
        if reason in found - _TOLD_OTHERWISE:
            yield SENTENCES[reason].both


_TOLD_OTHERWISE = frozenset({NoRate.NOT_JUDGED})


def engine_notes(overall: Rates, engines: Sequence[str]) -> Iterator[str]:
    """Which rates over all engines rest on some of them only.

    Args:
        overall: The rates over all engines, by name.
        engines: All engines of the report.
    """
    resting: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, rate in overall.items():
        behind = rate.get("engines")
        if "[" not in name and behind and set(behind) < set(engines):
            resting[tuple(behind)].append(name)
    for some, names in sorted(resting.items()):
        yield (
            f"全部引擎的这些数字只来自 {'、'.join(some)}：{'、'.join(names)}。"
            f" Over all engines these rest on {', '.join(some)} alone: {', '.join(names)}."
        )


def model_notes(changes: Mapping[str, ModelChange | None]) -> Iterator[str]:
    """Where another model answers, which may move a rate by itself.

    Args:
        changes: That of each engine, by name.
    """
    for engine, change in changes.items():
        if change is not None:
            was = ", ".join(change["was"])
            now = ", ".join(change["is"])
            on = change["was_on"]
            yield (
                f"{engine} 作答的模型已更换：{on} 为 {was}，当日为 {now}；数字的变化可能由此而来。"
                f" Another model answers at {engine}: {was} on {on}, {now} on this day; figures may have moved for that"
                " alone."
            )


def rules_notes(parts: Iterable[Rates]) -> Iterator[str]:
    """Where the like-for-like series runs over a change of the rules that answers are read by, or begins at one.

    Args:
        parts: The rates of each engine, by name.
    """
    linked = [rate["linked"] for rates in parts for rate in rates.values() if rate.get("linked")]
    for date in sorted({date for chain in linked for date in chain.get("both_rules_on", ())}):
        yield (
            f"识别品牌的规则在 {date} 之后更新：{date} 的答案已按新旧两种规则各分析一次，"
            f"同题口径（linked）经此链接，不因规则而变；已交付的 {date} 报告不变。"
            f" The rules that answers are read by changed after {date}: its answers were analysed by both, and `linked`"
            " goes on over them: it moves with the answers and not with the rules. The report of that day stays as it"
            " was."
        )
    for since in sorted({chain["since"] for chain in linked if chain.get("anew")}):
        yield (
            f"识别品牌的规则在 {since} 更新，之前的答案已不再保留，"
            f"同题口径（linked）自 {since} 重新开始，与之前不可比。"
            f" The rules that answers are read by changed on {since} and no earlier answers are kept: `linked` begins"
            " anew and is not comparable with what was before."
        )
