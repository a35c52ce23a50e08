"""English clauses that say of a name only that nothing is known of it: no word in them says anything else.

As for Sonara, I couldn't find anything; Sonara doesn't come up in any of the reviews I looked at. Whatever says more
(a flaw, on sale, better) has a word that is not here, and the name counts.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_CLAUSE: Final = re.compile(
    r"[,，。!?;:\n…—–()|]+|--+| - |\.(?:\s|$)|\b(?:but|so|because|since|however|although|though|while|whereas"
    r"|as(?= (?:i|we|there|my|no)\b)|and(?= (?:i|we|it|there"
    r"|cannot|can't|could|was|is|has)\b))\b"
)
# Where one looked: of the search results, in any of the reviews I looked at, across several databases.
_SOURCE_NOUN: Final = (
    r"(?:sources?|documents?|documentation|(?:search )?results?|reviews?|articles?|databases?|datasets?|data|records?"
    r"|materials?|files?|pages?|(?:web)?sites?|reports?|references?|listings?|directories|directory|search(?:es)?"
    r"|knowledge(?: base)?"
    r"|training(?: data)?|context|text|index|forums?|catalogue|catalog|literature|coverage|information|web"
    r"|internet|news)"
)
_ATTRIBUTES: Final = (
    r"(?:(?!(?:no|not|none|nothing|neither|any|in|about|on|of|for|up|cannot|i|we|never|little|limited|few|scarce|scant"
    r"|insufficient|less)\b|\w+n't\b)[\w'-]+ ){0,4}?"
)
_SOURCE: Final = re.compile(
    rf"(?:^\W*|\b(?:in|from|across|among|within|of|through|by|throughout|on|into|to) )(?:(?:any|one|all|some)(?:"
    rf" one)?(?: of)? )?{_ATTRIBUTES}"
    rf"{_SOURCE_NOUN}(?: (?:(?:that |which )?(?:i|we|you)(?:'ve| have| had| can| could| was| were)?(?: been)?(?:"
    rf" \w+ to)? \w+(?: (?:at|through|up|on|in|for|to))?"
    r"|provided|available|above|shared|online|supplied|given|returned))*(?= |$)(?! (?:about|on|for|of|regarding"
    r"|concerning)\b)"
)
_KIND: Final = (
    r"(?:brands?|compan(?:y|ies)|products?|manufacturers?|names?|models?|makers?|business(?:es)?|stores?|entity"
    r"|apps?|services?|chains?|firms?|retailers?"
    r"|providers?|agency|startups?|labels?|shops?|clinics?|hotels?|restaurants?|schools?)"
)
_PHRASES: Final = (
    (re.compile(r"\b(?:very )?(?:little|nothing|not much) is (?:publicly )?known\b"), "no information"),
    # no well-known brand called X, isn't a hotel chain I know of, aware of X as a mattress brand
    (
        re.compile(
            r"\b(?:(?P<article>no such|no|an?|any|the|some) (?:(?!(?:no|an?|any|the|of)\b)[\w-]+ ){0,3}?)?[\w-]+,? "
            r"(?:called|named|known as|by the name(?: of)?|under the name(?: of)?)\W*$"
        ),
        lambda found: "no exist " if (found["article"] or "").startswith("no") else "exist ",
    ),
    (
        re.compile(
            rf"\b(?:does|do)(?:n't| not) (?:seem|appear) to be an? (?:[\w-]+[ -]){{0,2}}?(?:known|recogni[sz]ed"
            rf"|real|established|existing|registered) {_KIND}"
        ),
        "not exist",
    ),
    (
        re.compile(
            r"(?<=\bnot )an? (?:[\w-]+ ){1,3}?(?=(?:that |which )?(?:i|we)\b)|(?<=n't )an? (?:[\w-]+"
            r" ){1,3}?(?=(?:that |which )?(?:i|we)\b)"
        ),
        "something ",
    ),
    (re.compile(rf"^\W*as an? (?:[\w-]+ ){{0,3}}?{_KIND}"), ""),
    (
        re.compile(
            r"\bto (?:make|give|offer|provide|form|draw|reach) (?:you )?(?:a|an|any) (?:[\w-]+"
            r" )?(?:recommendations?|assessments?|judge?ments?|comparisons?"
            r"|opinions?|reviews?|evaluations?|answers?|conclusions?)"
        ),
        "",
    ),
    (
        re.compile(r"\b(?:c[ao]me|coming) up (?:empty|blank|short)\b|\bdr[ae]w(?:ing|s|n)? (?:a )?blanks?\b"),
        "found nothing",
    ),
    (
        re.compile(
            r"\b(?:new|foreign|a mystery) to (?:me|us)\b|\bnot on (?:my|our) radar\b|\b(?:outside|beyond) (?:of"
            r" )?(?:my|our) knowledge(?: base)?\b"
        ),
        "unknown",
    ),
    (
        re.compile(
            r"\b(?:come|comes|came|coming|show|shows|showed|showing|shown|turn|turns|turned|turning|pops?|popped)"
            r" up\b"
        ),
        "appear",
    ),
    (re.compile(r"\b(?:come|came) across\b"), "encountered"),
    (re.compile(r"\bas for\b"), "regarding"),
    (re.compile(r"\b(?:as|so) far as (?:i|we) (?:know|can tell|am aware|can see)\b"), ""),
    (re.compile(r"\b(tell|give|show|offer) you\b"), r"\1"),
    (re.compile(r"\b(?:it )?(?:looks|seems|appears|sounds) (?:like|as if|as though)\b"), ""),
    (
        re.compile(
            r"\bas of (?:now|today|this writing|my (?:last |latest |most recent )?(?:knowledge |training"
            r" )?(?:update|cutoff|data)(?: date)?)"
        ),
        "",
    ),
)
_YOU: Final = re.compile(
    r"\b(?:that |which )?you(?:'ve| have)? (?:mentioned|listed|named|asked(?: about)?|shared|provided|are asking"
    r" about|refer(?:red)? to)\b"
)
_IF_YOU_MEAN: Final = re.compile(r"^\W*if (?:you mean|you meant|it is|it's|you are asking about|you're asking about)\b")
_FINDING: Final = _words(
    "found find locate located identify identified appear appears appeared surface surfaced mention mentions"
    " mentioned refer refers referred reference references referenced cited cite cites covered covers cover"
    " coverage listed list indexed included include includes contain contains documented match matched matches"
    " trace return returned returns exist exists yield yielded access retrieve retrieved discuss discussed"
    " discusses describe described describes relate relates related relating pertains pertain"
)
_KNOWING: Final = _words(
    "recognize recognise recognized heard hear know familiar aware unfamiliar unaware unknown knowledge acquainted"
    " encountered unclear uncertain unsure idea certain sure knowledgeable"
)
_READING: Final = _words(
    "information info data detail details record records result results reviews review reports report documentation"
    " entry entries anything something nothing specifics sources source facts hits insights evidence material"
    " listings feedback testimonials specifications specs presence footprint trail word"
)
_JUDGING: Final = _words(
    "verify verified confirm confirmed vouch comment evaluate assess rate judge tell say speak authenticate"
    " substantiate validate"
)
# What information is not, where it comes first: no reviews are available, information is scarce.
_THERE: Final = _words(
    "available public publicly scarce limited sparse lacking missing absent scant little insufficient unavailable"
    " enough"
)
_UNABLE: Final = _words("cannot can't couldn't unable not")
_DENIALS: Final = _words(
    "none lack lacks lacking no not never cannot unable nothing little limited without unfamiliar unaware unknown"
    " don't doesn't didn't can't couldn't isn't aren't wasn't weren't haven't hasn't hadn't won't scarce scant"
    " hardly barely sparse insufficient neither nor absent missing zero unavailable wouldn't unclear uncertain"
    " unsure unverified"
)
_SPEAKER: Final = _words("i i'm i've i'd we we've we're me us my our")
_TOPIC: Final = _words(
    "regarding concerning about for on the a an this that it it's is sorry unfortunately afraid apologies to of"
    " with brand company product products name named called firm manufacturer startup retailer provider agency"
    " service app business label maker store shop chain clinic searched looked checked tried searching looking"
    " search i we i've have my our query and note"
)
_MAYBE: Final = _words("may might could seems appears possibly perhaps possible probably likely")
_OTHERS: Final = _words(
    "i'm am are was were be been being had has do does did can which in any them there there's its so and or either"
    " yet before ever at all also just simply available publicly public currently online web internet database base"
    " training from enough sufficient much very really relevant reliable credible trustworthy independent"
    " verifiable matching specific specifically further additional personally well known widely recognized"
    " well-known established such else seem able these those some brands companies one many few solid meaningful"
    " useful accurate verified detailed official concrete substantive whether if actual real legitimate genuine"
    " existing together far now time point moment here anywhere provide give share offer say make made seen see"
    " read reading looking through across among within into under when where out past however still even than more"
    " most based present date this cutoff knowledge-cutoff what who exactly actually quite entirely fully"
    " particularly particular directly immediately readily only ask asked mean meant use used using several"
    " different various every each both sources' must should"
)
_CLOSED: Final = _FINDING | _KNOWING | _READING | _JUDGING | _DENIALS | _SPEAKER | _TOPIC | _MAYBE | _OTHERS
# What a brand itself can do or leave.
_ACTS: Final = _words(
    "provide provides give gives share shares offer offers say says tell tells make makes know knows recognize"
    " recognise find verify mention mentions include includes contain contains list lists confirm comment compare"
    " refer refers cover covers describe describes discuss see use used rate access return returns"
)
_TOKEN: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_ARTICLES: Final = _words("the a an")
_OF: Final = _words("of about on for with to regarding concerning")
_MOST_THINGS: Final = 2
_SORTED: Final = _words(
    "information info data details records reviews reports documentation coverage feedback specifications specs"
)
# What one is glad not to find.
_WEIGHED: Final = _words(
    "negative bad worse better critical poor complaint complaints safety recall defect misleading false fake"
)


def says_nothing_english(before: str, after: str) -> bool:
    """Whether the clause of a name, or what follows where it is only the topic, denies that anything is known.

    Args:
        before: The sentence up to the name, folded.
        after: The rest of it.
    """
    left = _CLAUSE.split(_plain(before.rpartition("|")[2]))[-1]
    right, *following = _CLAUSE.split(_plain(after.partition("|")[0]), maxsplit=5)
    return _says_nothing(left, right, tuple(following[:4]))


def denies_when_asked_english(before: str, asked: str, answer: str) -> bool:
    """Whether a name is only the topic of a question that the next sentence says nothing is known of."""
    left = _tokens(_CLAUSE.split(_plain(before))[-1])
    said = next((each for each in _CLAUSE.split(_plain(answer)) if _is_said(each)), "")
    return _is_topic(left, _tokens(_plain(asked))) and denies_all_english(said)


def denies_all_english(clause: str) -> bool:
    """Whether a clause without the name says only that nothing is known, of whatever is spoken of."""
    said = _tokens(_SOURCE.sub(" source ", _plain(clause)))
    return bool(said) and _CLOSED.issuperset(said) and _denies(said)


def _plain(text: str) -> str:
    text = _YOU.sub("", text.replace("’", "'"))
    for phrase, word in _PHRASES:
        text = phrase.sub(word, text)
    return text


@lru_cache(maxsize=16_384)
def _says_nothing(left: str, right: str, following: tuple[str, ...]) -> bool:
    before = _tokens(_SOURCE.sub(" source ", _IF_YOU_MEAN.sub("", left).strip()))
    after = _tokens(_SOURCE.sub(" source ", right))
    said = _without_sorts([*before, *_without_things(before, after)])
    if _CLOSED.issuperset(said) and _denies(said):
        return (bool(before) and not _TOPIC.issuperset(before)) or not _acts(before, after)
    return _is_topic(before, after) and denies_all_english(next((each for each in following if _is_said(each)), ""))


def _is_said(clause: str) -> bool:
    return bool(set(_tokens(clause)) - _words("sorry unfortunately apologies afraid i'm i am"))


def _denies(said: Sequence[str]) -> bool:
    words = frozenset(said)
    if not words & _DENIALS:
        return False
    if words & _JUDGING and words & _UNABLE:
        return True
    first = next(i for i, word in enumerate(said) if word in _DENIALS)
    rest = frozenset(said[first:])
    keys = _FINDING | _KNOWING | _READING
    return bool(rest & keys or (words & keys and rest & _THERE))


def _acts(before: Sequence[str], after: Sequence[str]) -> bool:
    """Sony does not provide details: the brand is spoken of."""
    return not _SPEAKER.intersection((*before, *after)) and bool(_ACTS.intersection(after))


def _without_sorts(said: Sequence[str]) -> list[str]:
    """Without what kind of information it is: customer reviews, pricing details."""
    following = (*said[1:], "")[: len(said)]
    return [
        word
        for word, then in zip(said, following, strict=True)
        if word in _CLOSED or then not in _SORTED or word in _WEIGHED
    ]


def _without_things(before: Sequence[str], after: Sequence[str]) -> Sequence[str]:
    """What follows the name without what the brand makes: information on Sonara | headphones."""
    of_it = bool(before) and before[-2 if before[-1] in _ARTICLES else -1 :][0] in _OF
    if not of_it or not _DENIALS.intersection(before) or not (_KNOWING | _READING).intersection(before):
        return after
    if after[:1] == ["s"] and not _SPEAKER.intersection(before):
        return after
    if after[:1] == ["s"] and len(after) <= _MOST_THINGS + 1:  # the brand's product line
        return ()
    things = next((i for i, word in enumerate(after) if word in _CLOSED), len(after))
    return after[things:] if things <= _MOST_THINGS else after


def _is_topic(before: Sequence[str], after: Sequence[str]) -> bool:
    maybe = _MAYBE.intersection((*before, *after[:1]))
    if maybe and (_TOPIC | _MAYBE).issuperset(before):
        return True
    return _TOPIC.issuperset((*before, *after))


def _tokens(text: str) -> list[str]:
    """The words; Chinese and what else is no mark counts as one that says more."""
    return _TOKEN.findall(text)
