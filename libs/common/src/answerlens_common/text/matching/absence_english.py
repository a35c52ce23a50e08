"""How English says that nothing is known of a name: each pattern is what stands before it and what follows."""

from typing import Final

from answerlens_common.text.matching.absence_patterns import Around, Surrounds

_QUOTE: Final = r"[\"'“”‘’*`_(\[\s]*+"
_CLOSE: Final = r"[\"'“”‘’*`_)\]]*+"
_N: Final = r"(?: not|n['’]t)"
_ADVERBS: Final = (
    r"(?: (?:very|really|that|too|all|personally|currently|actually|specifically|particularly|fully|yet|ever|to be"
    r"|be|in fact"
    r"|readily|directly|immediately|able to|previously|even|at all|also|quite|entirely|much))*+"
)
_KNOWING: Final = (
    r"(?:familiar(?:ity)? with|aware of|acquainted with|know(?:ledgeable)?(?: (?:of|about|much about|anything"
    r" about))?|heard (?:of|about)"
    r"|recogni[sz]e|come across|informed (?:of|about)|knowledge (?:of|about))"
)
_BRAND: Final = (
    r"(?:brands?|compan(?:y|ies)|products?|manufacturers?|names?|models?|makers?|businesses|business"
    r"|stores?|entity|app|service)"
)
_NAMED: Final = (
    rf"(?:(?: (?:a|an|any|the|this|that|your))?(?: [\w-]+){{0,4}}? {_BRAND}(?:,? (?:called|named|known as|by the"
    rf" name(?: of)?))?"
    r"| (?:a|an|the|anything|something|any)(?: (?:called|named))?)?"
)
_SOURCE: Final = (
    r"(?:[\w'’-]+ ){0,4}?(?:knowledge(?: base)?|databases?|training(?: data)?|data|records?|sources?|search(?:"
    r" results?)?|results?"
    r"|information|documents?|context|index|materials?)\b"
)
_NOUN: Final = (
    r"(?:information|info|results?|data|details?|records?|mentions?|knowledge|reviews?|reports?|sources?|references?"
    r"|documentation"
    r"|entry|entries|coverage|specifics|facts)"
)
_OF: Final = r"(?:about|on|for|of|regarding|concerning|related to|relating to|mentioning|covering)"
_END: Final = (
    rf"{_CLOSE}(?: (?:brand|company|headphones?|earbuds|products?|itself|online|anywhere|on the (?:web|internet)|yet"
    rf"|before|at all|either"
    rf"|specifically|in particular))*+{_CLOSE}\s*+(?:$|[.,;:!)\n|—–]|-\s)"
)
_NOT_DOING: Final = rf"(?! [a-z]+ing\b){_CLOSE}"


ENGLISH: Final = Surrounds(
    (
        # not sure what X is; I don't think X exists; no such brand as X
        Around(
            r"(?:not sure|don['’]t know|unsure|no idea|unclear|uncertain) (?:exactly )?(?:what|who)",
            rf"{_CLOSE} (?:is|are|refers to|means|does|sells|makes)\b",
        ),
        Around(
            r"don['’]t (?:think|believe)(?: that)?", rf"{_CLOSE} (?:exists?|is an? (?:real|known|actual|existing))\b"
        ),
        Around(rf"\bno such {_BRAND}(?: as| called| named)?", ""),
        Around(r"^\W*(?:(?:sorry|unfortunately)\W+)?(?:unfamiliar with|unaware of)", _NOT_DOING),
        Around(
            "",
            rf"{_CLOSE} (?:is|seems|appears)(?: to be)?(?: an?)? (?:unknown|unfamiliar|unrecogni[sz]ed)(?: (?:to me"
            rf"|{_BRAND}|name))*{_END}",
        ),
        # could not find anything about X, found nothing on X
        Around(
            rf"(?:(?:n['’]t|\bnot|unable to|never)(?: [\w-]+){{0,3}} anything|\bnothing)(?: [\w-]+){{0,2}}"
            rf" {_OF}{_NAMED}",
            _END,
        ),
        # I'm not familiar with a brand called X; I have never heard of X; Not aware of X
        Around(
            rf"(?:\b(?:i|we)(?:['’](?:m|ve|d|re)| am| are| have| had| do| was| were| did| can| could| would)?(?: also|"
            rf" still| currently| personally"
            rf"| really| actually)?(?:{_N}| never| unable to)|^\W*(?:(?:sorry|unfortunately)\W+)?(?:not"
            rf"|never)){_ADVERBS} {_KNOWING}{_NAMED}",
            rf"{_NOT_DOING}",
        ),
        Around(rf"\b(?:i|we)(?:['’]m| am| are|['’]re)(?: \w+)? (?:unfamiliar with|unaware of){_NAMED}", _NOT_DOING),
        # X isn't a brand I'm familiar with; X is unknown to me
        Around(
            "",
            rf"{_CLOSE} (?:is|was|are)(?:{_N})(?: [\w-]+){{0,5}}?(?: that| which)? (?:i|we)(?:['’]\w+)?(?: \w+){{0,3}}?"
            rf" {_KNOWING}",
        ),
        Around(
            "",
            rf"{_CLOSE} (?:is|was)(?:{_N})(?: [\w-]+){{1,5}}?(?: that| which)? (?:i|we) (?:have|hold|possess)(?:"
            rf" \w+){{0,2}} {_NOUN} {_OF}",
        ),
        Around("", rf"{_CLOSE} (?:is|seems)(?:{_N})? (?:unknown|unfamiliar|known|familiar) to (?:me|us)\b"),
        Around("", rf"{_CLOSE} (?:does{_N}|doesn['’]t) ring (?:a|any) bells?"),
        # X does not appear in my knowledge base; X could not be found
        Around(
            "",
            rf"{_CLOSE} (?:(?:does|do|did){_N} (?:seem to |appear to )?(?:appear|exist|show up|come up|feature)|(?:is"
            rf"|was|are|were|could|can)"
            rf"(?:{_N}|not)(?: be)? (?:found|listed|included|mentioned|covered|indexed|present|documented|represented"
            rf"|verified|part of|there))"
            rf"(?:{_END}| (?:anywhere )?(?:in|among|within|by|of|from) {_SOURCE})",
        ),
        Around("", rf"{_CLOSE} (?:is|was|are){_N} (?:in|among|within|part of) (?:my|our|the|this) {_SOURCE}"),
        Around(
            "",
            rf"{_CLOSE} (?:does|do){_N} (?:seem|appear) to be (?:a|an|any)(?: [\w-]+){{0,3}}[ -](?:known"
            rf"|recogni[sz]ed|real"
            rf"|established|existing"
            r"|registered|documented|recogni[sz]able)",
        ),
        # there is no widely recognized brand named X
        Around(
            r"(?:\bno|n['’]t (?:be|find|seem|appear|know|have|see|exist|recogni[sz]e|identify|locate|any|aware)|\bnot"
            r" (?:be|find|aware|familiar|know"
            r"|sure|have|see|a|an|any|seem|appear)|cannot find|unable to (?:find|identify|locate))\b[^.,;:!?]{0,60}?"
            r"\b(?:called|named|known as|by the name(?: of)?|under the name)",
            "",
        ),
        # no information about X, could not find any results for X
        Around(
            rf"\b(?:no|not|any|cannot|without|little|limited|scarce|scant|insufficient|unable|\w{{2,6}}n['’]t)(?:"
            rf" [\w-]+){{0,4}} {_NOUN}(?: (?:available|found|at all))? {_OF}{_NAMED}",
            rf"{_CLOSE}(?! (?:below|under|above|worse|better|lower|higher)\b)",
        ),
        # I couldn't find X; can't verify that X exists
        Around(
            rf"(?:can['’]t|(?:could|can|did|do|was|were|am|are)(?:{_N}|not)(?: able to)?|unable to|failed to)(?:"
            rf" \w+ly)?"
            rf" (?:find|locate|identify|verify|confirm"
            rf"|trace)(?: (?:that|whether|if|any|a|an|the))*+{_NAMED}",
            rf"{_CLOSE}(?:['’]s (?:existence|legitimacy|authenticity)| (?:exists?|is (?:a )?real|is (?:a"
            rf" )?legitimate|as"
            rf" a)\b|{_END}| (?:anywhere )?(?:in|among"
            rf"|within) {_SOURCE})",
        ),
        # my knowledge base doesn't include X
        Around(
            rf"\b{_SOURCE}(?: [\w'’]+){{0,3}}?(?: (?:do|does|did){_N}| never)?(?: currently)? (?:include|contain|cover"
            rf"|mention|list|have|reference|return"
            rf"|show|contains? no|has no|have no|includes? no)(?: any(?:thing)?)?(?: (?:{_NOUN}|\w+) {_OF})?{_NAMED}",
            _END,
        ),
        # X: no data available; X (not found)
        Around(
            "",
            rf"{_CLOSE}\s*[:(\[—–-]+\W*(?:no (?:[\w-]+ ){{0,3}}{_NOUN}|(?:{_NOUN} )?(?:not|un|could not be"
            rf"|none)[- ]?(?:found|available|known|listed|verified)"
            rf"|unknown|n/a|insufficient {_NOUN}|nothing found)(?: (?:available|found|yet|at this time|about it|on this"
            rf" brand|for this brand))*+"
            r"\W*(?:$|[|)\n.,;])",
        ),
    ),
    gap=_QUOTE,
)
