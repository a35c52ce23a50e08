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
_FACTS = "Events have names that are facts"
_OLD = r"(answer-wanted|keyword-(answers-collected|scored|analysed))"
_NEW = r"(question-queued|collection-(answered|scored|analysed))"
_LETTERS_OF_THEN = r"(collector\.answer-wanted\.chat-c\.express|scorer\.keyword-answers-collected\.bulk)"
_OLD_EVENT = r"(AnswerWanted|Keyword(AnswersCollected|Scored|Analysed))"
_NEW_EVENT = r"(QuestionQueued|Collection(Answered|Scored|Analysed))"
_LISTED = rf'[-+]     ("queue": "\w+\.({_OLD}|{_NEW})\.\S+",|"count": \d,|"oldest": (null|"\S+"))|[-+]   (\{{|\}},?)'
_UNCHANGED = r"(analyzer\.measurement-withdrawn|order-api\.[a-z-]+|scheduler\.refresh-requested)"
_ENDS = r"(MeasurementEnded|OrderEnded|BreakerChanged|MeasurementStatus|OrderStatus|Transition)"
_LANGUAGE = "or in English where the client's `Accept-Language` prefers it"
_MODELS = "When another one answers than on the newest earlier day, the series"
_ORIGINS = "Every source question keeps its origin"
_API_BREAKER = "The API has a breaker of its own, `zhihu_api`"
_IMPORTS = "Answers that were collected elsewhere are imported"
_IMPORT_QUEUES = r'"queue": "collector\.(import-received|batch-cut)\.(express|bulk)"'
_BOXES = r"[╭│╰].*|exit code [012]| *"
_IMPORT_COMMANDS = (
    rf"\+ (client\$ answerlens answers .*|errors:|Usage: answerlens answers .*|Try 'answerlens answers .*|{_BOXES}"
    r"|Error: (Conflict \(409\)|Unprocessable Entity \(422\)): the (import|answers) .*|  brand\[0\]: .*)"
)
_IMPORT_SCHEMAS = r"(BrandRates|FileFormat|ImportStatus|ImportView|ImportedEngine|Refusal|SubjectStatus)"
_ESTIMATES = "`answerlens order estimate` and `POST /api/orders/estimate` say what an order would take"
_ESTIMATE_SCHEMAS = r"(Basis|(Engine|Step)?Estimate|Money|Tokens|Total|CollectionStatus|StageName)"

ALLOWED: tuple[Allowed, ...] = (
    # the queues have other names; those of then are listed behind them while letters lie there
    Allowed("api/dead.json", rf'admin\.body\[\d+\]\.queue: "\w+\.{_OLD}\.\S+" → "\w+\.{_NEW}\.\S+"', _FACTS),
    Allowed("api/dead.json", r'admin\.body\[1[03]\]\.(count: [23] → 0|oldest: "\S+" → null)', _FACTS),
    Allowed("api/dead.json", rf'admin\.body\[\d+\]: nothing → \{{"queue": "{_LETTERS_OF_THEN}", .*', _FACTS),
    Allowed("cli/dead-list.txt", _LISTED, _FACTS),
    Allowed("cli/changing.json.txt", _LISTED, _FACTS),
    # a text's lines are matched anew around those that changed
    Allowed("cli/changing.json.txt", rf'[-+]     "queue": "{_UNCHANGED}",', _FACTS),
    Allowed("openapi.json", rf'.*examples\[0\]: "scorer\.{_OLD}\.bulk" → "scorer\.{_NEW}\.bulk"', _FACTS),
    Allowed("asyncapi.json", rf"(channels|components\.messages)\.{_OLD_EVENT}: .* → nothing", _FACTS),
    Allowed("asyncapi.json", rf"(channels|components\.messages)\.{_NEW_EVENT}: nothing → .*", _FACTS),
    Allowed("asyncapi.json", rf"operations\.[a-z-]+\.(on|publish){_OLD_EVENT}: .* → nothing", _FACTS),
    Allowed("asyncapi.json", rf"operations\.[a-z-]+\.(on|publish){_NEW_EVENT}: nothing → .*", _FACTS),
    Allowed(
        "asyncapi.json",
        rf"\S+\.(publish)?{_ENDS}: nothing → .*",
        "New events `measurement.ended`, `order.ended` and `breaker.changed`",
    ),
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
    Allowed(
        "openapi.json",
        r"components\.schemas\.(NamesView|OrderView)\.properties\.warnings\.description: .*",
        "an order shows twenty warnings of names at most",
    ),
    Allowed(
        "asyncapi.json",
        r"operations\.(analyzer\.publishCollectionScored|scheduler\.publishCollectionAnalysed): nothing → .*",
        "Orders are analysed and judged twenty at a time",
    ),
    Allowed("api/*/measurements.json", r"\S+\.rates\[\d+\]\.model_change: nothing → null", _MODELS),
    Allowed("cli/order-measurements.txt", r'\+ +"model_change": null,', _MODELS),
    Allowed(
        "openapi.json",
        r"components\.schemas\.(SeriesRates\.properties\.model_change|ModelChange): nothing → .*",
        _MODELS,
    ),
    Allowed(
        "api/questions-*.json",
        r"\S+\.(items\[\d+\]\.(source_origins: nothing → \[\]|synthetic: nothing → false)|origins: nothing → \{\})",
        _ORIGINS,
    ),
    Allowed("cli/questions-show.txt", r'\+ +("source_origins": \[\],|"synthetic": false,|"origins": \{\},)', _ORIGINS),
    Allowed(
        "openapi.json",
        r"components\.schemas\.(Questions?\.(properties\.(\w*origins|synthetic): nothing → .*|required\[\d\]: .*)"
        r"|Report\.properties\.question_sources: nothing → .*|Question(Origin|Sources): nothing → .*)",
        _ORIGINS,
    ),
    Allowed("api/breakers.json", r"admin\.body\.zhihu_api: nothing → .*", _API_BREAKER),
    Allowed(
        "cli/breaker-list.txt",
        r'\+ (zhihu_api +closed .*|  +("zhihu_api": \{|"state": "closed",|"failure_count": 0,'
        r'|"last_failure_time": null,|"next_attempt_time": null,|"threshold": 3,|"open_seconds": 30\.0|\},))',
        _API_BREAKER,
    ),
    Allowed(
        "openapi.json",
        r"paths\./api/keywords/\{keyword\}/(questions\.post|question-list\S*): nothing → .*"
        r"|components\.schemas\.(List(Form|Refusal|Removed|Taken)|ListedQuestion|Page_ListedQuestion_): nothing → .*",
        "An admin may list what people ask about a keyword",
    ),
    Allowed(
        "api/dead.json", rf'admin\.body\[\d+\]: nothing → \{{{_IMPORT_QUEUES}, "count": 0, "oldest": null\}}', _IMPORTS
    ),
    Allowed("cli/dead-list.txt", rf"\+     {_IMPORT_QUEUES},", _IMPORTS),
    Allowed("cli/changing.json.txt", rf"\+     {_IMPORT_QUEUES},", _IMPORTS),
    Allowed("api/docs.json", r"nobody\.body\[(6[3-9]|70)\]: .* → .*", _IMPORTS),
    Allowed("openapi.json", r"paths\./api/answers/(import|imports/\S+|template): nothing → .*", _IMPORTS),
    Allowed("openapi.json", rf"components\.schemas\.{_IMPORT_SCHEMAS}: nothing → .*", _IMPORTS),
    Allowed("asyncapi.json", r"\S+\.(on|publish)?(ImportReceived|BatchCut): nothing → .*", _IMPORTS),
    Allowed("cli/changing*.txt", _IMPORT_COMMANDS, _IMPORTS),
    Allowed("openapi.json", r"paths\./api/orders/estimate: nothing → .*", _ESTIMATES),
    Allowed(
        "openapi.json",
        rf"components\.schemas\.{_ESTIMATE_SCHEMAS}: nothing → .*",
        _ESTIMATES,
    ),
    Allowed(
        "openapi.json",
        r'components\.schemas\.EvidenceAnswer\.properties\.status\.description: ".*" → ".* or not_asked"',
        "What was not asked by then is `not_asked` instead of `failed`",
    ),
)
