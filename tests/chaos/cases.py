"""Inputs that once gave a wrong result, and the tests of each: `@pytest.mark.case("m1")`.

Each case stands for its kind: its tests hold the right result for the whole kind, not for the one input.
`tests.chaos.before` runs them on the code as it was; a test that passes there shows nothing. They run as they were
written, beside the same layout and schema: tests of today would not find their modules and tables there.
"""

from dataclasses import dataclass
from typing import Final

BEFORE: Final = "c88129f"
"""The code that gave the wrong results."""
WRITTEN: Final = "33c43500"
"""The newest commit whose tests fit that code's layout and schema. A case that is found later starts a new pair."""


@dataclass(frozen=True)
class Case:
    """One row of the page: what was wrong at `BEFORE`, and what is right.

    Attributes:
        written: the commit whose tests of this case run on that code.
        before: the code that gave the wrong result.
    """

    name: str
    was: str
    right: str
    written: str = WRITTEN
    before: str = BEFORE


_STREAMS: Final = {"before": "559599e", "written": "c303a79"}
_PAGES: Final = {"before": "5cfa70b", "written": "63e7f70"}

CASES: Final = (
    Case("o1", "an order for the keyword's own brand failed", "measured; the report says `keyword_names_brand`"),
    Case("o2", "a client's brand kept another client's bank from being built", "the shared bank never reads orders"),
    Case("o3", "a refresh of a date long past changed delivered reports", "a version of a report never changes"),
    Case("o4", "without competitors a brand was always first, and its share of voice 0 of 0", "null, with the reason"),
    Case("o5", "a row pooled over days stood in a day's table, unsaid", "it says over how many days"),
    Case("o6", "the advice for a date in work led to another date", "progress of that date, and advice that works"),
    Case("o7", "a keyword of 76 characters was accepted, then failed", "up to 255 characters work"),
    Case("o8", "a client was shown the name of a class", "a sentence that says what to do, and a code for machines"),
    Case("o9", "the last digit of an interval was the resampling's", "enough resamples for each digit shown"),
    Case("o10", "an invisible character made another keyword", "the same keyword"),
    Case("o11", "a public suffix, or one domain for two brands, was accepted as a domain", "422, naming the field"),
    Case("o12", "a name that is an ordinary word was accepted silently", "a warning with a preview and context words"),
    Case("o13", "questions were forced into intents that they do not have", "what fits no intent goes to 其他"),
    Case("o14", "the stalled check gave up on a full database", "every job and list is bounded at size"),
    Case("o15", "an hour of previews and streams left the API at six times its memory", "memory is bounded"),
    Case("a1", "previews from one key held everybody else up", "cost is limited by work, in a process of its own"),
    Case("a2", "event streams from one key took every database connection", "a cap a key and a process: 429"),
    Case("a3", "a cursor with a moment that no zone can hold gave 500", "422"),
    Case("a4", "half-sent requests stayed open", "time-outs; the key is looked at before the body is read"),
    Case("a5", "the event stream of a revoked key went on", "it ends"),
    Case("a6", "X-Forwarded-For was believed from any peer, at any length", "only from configured proxies; bounded"),
    Case("a7", "rotating a key changed its role", "rotating keeps the role; the last admin stays"),
    Case("a8", "unknown filters were ignored, Allow was wrong, HEAD refused", "422; the right Allow; HEAD as GET"),
    Case(
        "a9",
        "ordering and cancelling opened a keyword's questions",
        "only a completed measurement opens its days",
        "736116c0",
    ),
    Case("a10", "answers without security and cache headers, uncompressed", "headers, gzip, limits that can be met"),
    Case("a11", "the live progress of an order was missing from the monitor", "GET /api/monitor/orders/{id}"),
    Case("a12", "no cache hit rate by stage, no mean time by task", "both, from the rows"),
    Case("a13", "a path with a slash at its end was not found", "answered like the one without"),
    Case("c1", "lists cut ids and names at 80 columns", "what the next command needs is never cut"),
    Case("c2", "a bad idempotency key gave a traceback that showed the key", "one sentence"),
    Case("c3", "watching on a stack that is down was silent for half a minute", "said at once"),
    Case("c4", "help lost text in brackets", "shown"),
    Case("c5", "the foot of filtered evidence counted everything", "what the filter left"),
    Case("c6", "arguments beside --file were ignored", "refused"),
    Case("c7", "some commands lacked --json, and some endpoints a command", "every command has --json; all are there"),
    Case("c8", "outside the checkout some commands did not find the stack", "all find it in the same way"),
    Case("c9", "a figure over all engines rested on one of them, unsaid", "it says which engines it rests on"),
    Case("m1", "an answer that does not know the brand counted as naming it", "it does not"),
    Case("m2", "a name that begins with a numeral was lost after a digit", "named"),
    Case("m3", "a dictionary word across the name's edge hid the name", "named where the name is the likelier reading"),
    Case("m4", "a longer dictionary word of the same thing hid the name", "named"),
    Case("m5", "a name inside an ordinary phrase counted", "not named"),
    Case("m6", "a name inside an address counted", "not named"),
    Case("m7", "another kind of dash hid the name", "whichever dash either side uses"),
    Case("m8", "a Latin name counted inside a word with accents", "not named"),
    Case("m9", "a model's letters and digits hid the Latin name before them", "named"),
    Case("m10", "accents and separators inside a name hid it", "they fold, unless switched off for the name"),
    Case("m11", "a host in a link's text counted as a name", "a host is no name"),
    Case("l1", "Chinese punctuation behind an address became part of its host", "a host ends where no host can go on"),
    Case("l2", "a link through a site's own redirect counted as that site's", "its target's, where it stands in clear"),
    Case("l3", "an own account on a shared host was not recognised", "own"),
    Case("l4", "pages that differ in their query were one page", "two; only known tracking parameters are dropped"),
    Case("z1", "a question's title lost what looks like markup and kept invisible characters", "kept; dropped"),
    Case("j1", "a reply with thoughts or words around its JSON was asked for again", "read at the first time"),
    Case(
        "s1",
        "today's search of DeepSeek gave no sources and a mark in the text",
        "sources, and which is cited; a mark that names none: unknown",
        **_STREAMS,
    ),
    Case("s2", "patches within patches took half an answer away", "applied in order, however deep", **_STREAMS),
    Case("s3", "thoughts that came as deltas were the answer", "reasoning", **_STREAMS),
    Case("s4", "an answer that its stream calls incomplete was a whole one", "cut off", **_STREAMS),
    Case("s5", "a site that was busy for a moment gave no answer for good", "asked again later", **_STREAMS),
    Case("s6", "withdrawn words stayed in the answer", "what the site puts in their place, refused", **_STREAMS),
    Case(
        "s7", "an error of Doubao's by number alone gave no answer for good", "rate limited, verify, login", **_STREAMS
    ),
    Case("p1", "links of a greeting or an earlier answer were cited", "only those inside this answer", **_PAGES),
    Case(
        "p2", "an answer that cites by chips or numbers cited nothing", "looked up in the list, else unknown", **_PAGES
    ),
    Case("p3", "of an answer in several elements only the last was read", "joined", **_PAGES),
    Case(
        "p4",
        "without a sign of the end a greeting or half an answer was the answer",
        "a profile without a stream names such a sign; what was there before does not count",
        **_PAGES,
    ),
    Case("p5", "an error in the answer's place was the answer", "a failure, by its words, title or status", **_PAGES),
    Case("p6", "stripping took empty brackets out of code", "only what was stripped goes", **_PAGES),
)
