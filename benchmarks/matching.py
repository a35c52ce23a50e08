"""What finding brands costs: 200 answers × 5,000 names in one pass, and texts made to be slow at growing length.

    python -m benchmarks.matching

Prints the figures of docs/method.md. The exponent is that of processor time over length between the last two
lengths: about 1 where the work is linear, 2 where it is quadratic.
"""

import math
import sys
import time
from collections.abc import Callable

from tests.support.texts import ADVERSARIAL, BRANDS, NAMES, SENTENCE, names

from answerlens_common.text.matching import FoldedText, Matcher, fold_text

ANSWERS, ANSWER_CHARACTERS = 200, 1_500
LENGTHS = (25_000, 50_000, 100_000)


def seconds(work: Callable[[], object]) -> float:
    """The processor's time, the less of two runs."""
    times = []
    for _ in range(2):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    """Measure, and print."""
    answers = [fold_text((f"{SENTENCE}第{n}条" * 40)[:ANSWER_CHARACTERS]) for n in range(ANSWERS)]
    few, many = Matcher(BRANDS), Matcher([*BRANDS, *names()])
    once, all_names = (seconds(lambda m=m: [m.scan(answer) for answer in answers]) for m in (few, many))  # type: ignore[misc]
    sys.stdout.write(
        f"{ANSWERS} answers of {ANSWER_CHARACTERS} characters: {once:.2f} s for {len(BRANDS)} brands,"
        f" {all_names:.2f} s with {NAMES:,} names more, {all_names / once:.2f} times as much\n\n"
    )
    sys.stdout.write("| text | " + " | ".join(f"{length // 1000} kB, s" for length in LENGTHS) + " | exponent |\n")
    sys.stdout.write("|---" * (len(LENGTHS) + 2) + "|\n")
    for label, part in ADVERSARIAL.items():
        texts = [(part * (length // len(part) + 1))[:length] for length in LENGTHS]
        taken = [seconds(lambda t=text: _found(few, t)) for text in texts]  # type: ignore[misc]
        exponent = math.log2(taken[-1] / taken[-2])
        sys.stdout.write(f"| {label} | {' | '.join(f'{each:.3f}' for each in taken)} | {exponent:.1f} |\n")
        sys.stdout.flush()


def _found(matcher: Matcher, text: str) -> object:
    folded: FoldedText = fold_text(text)
    return matcher.find(folded)


if __name__ == "__main__":
    main()
