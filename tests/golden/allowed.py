"""Where today's answers may differ from the golden files, and which line of the CHANGELOG says so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """One difference that is meant.

    Attributes:
        files: which golden files, as a pattern such as `api/orders*.json`.
        difference: a regular expression that the whole of a difference matches, as a failing test prints it.
        changelog: a line of CHANGELOG.md, or an unmistakable part of one.
    """

    files: str
    difference: str
    changelog: str


_NAMES = "In the OpenAPI document a link of an answer is `AnswerLink` and a site that answers rest on is `Source`"
_OF_MODULES = r"answerlens_order_api__(evidence|sources)__Source"
_SUBJECTS = "a diagnosis ends when the last of its collections has been analysed or has failed"
_LANGUAGE = "or in English where the client's `Accept-Language` prefers it"

ALLOWED: tuple[Allowed, ...] = (
    Allowed(
        "openapi.json", rf"components\.schemas\.({_OF_MODULES}: .* → nothing|(AnswerLink|Source): nothing → .*)", _NAMES
    ),
    Allowed(
        "openapi.json",
        rf'components\.\S+\.\$ref: "#/components/schemas/{_OF_MODULES}" → "#/components/schemas/(AnswerLink|Source)"',
        _NAMES,
    ),
    Allowed(
        "asyncapi.json",
        r"components\.messages\.(AnswerWanted|Keyword(AnswersCollected|Scored|Analysed)|StageFailed)\..*",
        "from the collector on events carry the id of their collection",
    ),
    Allowed(
        "asyncapi.json",
        r"(channels|operations|components\.messages)\.\S*SubjectAnalysed: nothing → .*",
        _SUBJECTS,
    ),
    Allowed(
        "api/dead.json",
        r'admin\.body\[2[0-3]\]\.queue: "\S+" → "\S+"|admin\.body\[24\]: nothing → .*',  # a queue more, in its place
        _SUBJECTS,
    ),
    Allowed("cli/*.txt", r'\+ +("queue": "order-api\.subject-analysed",|"count": 0,|"oldest": null|\},|\{)', _SUBJECTS),
    Allowed(
        "openapi.json",
        r'paths\./api/notifications\.get\.parameters\[\d\]: nothing → .*"Accept-Language".*',
        _LANGUAGE,
    ),
)
