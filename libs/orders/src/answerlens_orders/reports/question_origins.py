"""What a report says of where its questions come from: how many of their source questions people really asked."""

from collections.abc import Iterator

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_orders.reports.day import BankRow
from answerlens_orders.reports.views import QuestionSources


def question_sources(bank: BankRow | None) -> QuestionSources | None:
    """The source questions of a bank, counted; None where it is not known where they come from."""
    if bank is None or not bank.origins:
        return None
    counted = {QuestionOrigin(origin): count for origin, count in bank.origins.items()}
    return QuestionSources(
        asked=sum(count for origin, count in counted.items() if not origin.is_synthetic),
        of=sum(counted.values()),
        origins={origin: counted[origin] for origin in QuestionOrigin if origin in counted},
    )


def origin_notes(found: QuestionSources | None) -> Iterator[str]:
    """What is to be known of source questions that no person asked."""
    if found is None or found.asked == found.of:
        return
    yield (
        f"源问题共 {found.of} 个，其中 {found.asked} 个是人们真实提出的，{found.of - found.asked} 个由语言模型拟写"
        "（synthetic），没有人这样问过；据此写出的题目不代表真实的提问。"
        f" Of {found.of} source questions people asked {found.asked}; {found.of - found.asked} were proposed by the"
        " language model (synthetic): what was written from those is not known to be what people ask."
    )
