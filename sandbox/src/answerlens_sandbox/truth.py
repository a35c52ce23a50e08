"""What was planted, for tests to compare a measurement with."""

from statistics import fmean

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from answerlens_sandbox.bodies import BadInputError, Body, outside, read
from answerlens_sandbox.intents import intent_of, intents
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.world import ENGINES, Overrides, World


class RatesQuestion(Body):
    """Ask for the planted propensities averaged over questions, which are asked for a keyword, if it is given."""

    engine: str
    brand: str
    keyword: str = ""
    questions: list[str] = Field(min_length=1)


class Change(Body):
    """Change the world; what is not given stays. A new seed starts the counting of repeated questions anew."""

    seed: int | None = None
    answer_seconds: float | None = Field(default=None, ge=0, le=600)
    propensities: Overrides | None = None


def attitude(
    world: World, engine: str, brand: str, questions: list[str], keyword: str = ""
) -> tuple[float | None, float | None]:
    """Return the shares of the answers naming the brand that speak well, and ill, of it; None if none names it."""
    sums = [0.0, 0.0, 0.0]
    for question in questions:
        about = world.field_of(question, keyword)
        known = about.brand(brand) if about else None
        if about and known:
            named = world.mention(engine, about, intent_of(question, about.keyword), known, question)
            well, ill = world.attitude(engine, about, known)
            sums = [sums[0] + named, sums[1] + named * well, sums[2] + named * ill]
    return (sums[1] / sums[0], sums[2] / sums[0]) if sums[0] else (None, None)


def rates(world: World, engine: str, brand: str, questions: list[str], keyword: str = "") -> tuple[float, float, float]:
    """Return the mean probabilities of being named, cited, and listed only; a brand of another field has 0."""
    sums = []
    for question in questions:
        about = world.field_of(question, keyword)
        known = about.brand(brand) if about else None
        if about and known:
            key = (engine, about, intent_of(question, about.keyword), known, question)
            sums.append((world.mention(*key), world.cited(*key), world.listed(*key)))
        else:
            sums.append((0.0, 0.0, 0.0))
    named, cited, listed = (fmean(column) for column in zip(*sums, strict=True))
    return named, cited, listed


async def _truth(request: Request) -> Response:
    keyword = request.query_params.get("keyword", "").strip()
    if not keyword:
        raise BadInputError(field="keyword", message="is needed")
    world = outside(request).world
    about = world.learn(keyword)
    return JSONResponse(
        {
            "keyword": keyword,
            "seed": world.seed,
            "brands": [
                {"name": brand.name, "aliases": brand.aliases, "domains": brand.domains} for brand in about.brands
            ],
            "intents": {intent.id: intent.names[0] for intent in intents()},
            "engines": {
                engine: {
                    kind: {
                        brand.name: {intent.id: probability(engine, about, intent, brand) for intent in intents()}
                        for brand in about.brands
                    }
                    for kind, probability in (
                        ("mention", world.mention),
                        ("cited", world.cited),
                        ("listed_only", world.listed),
                    )
                }
                for engine in ENGINES
            },
        }
    )


async def _rates(request: Request) -> Response:
    body = await read(request, RatesQuestion)
    if body.engine not in ENGINES:
        raise BadInputError(field="engine", message=f"is none of {', '.join(ENGINES)}")
    of = (outside(request).world, body.engine, body.brand, body.questions, body.keyword)
    named, cited, listed = rates(*of)
    well, ill = attitude(*of)
    shares = {"mention": named, "cited": cited, "listed_only": listed, "positive": well, "negative": ill}
    return JSONResponse({**shares, "n": len(body.questions)})


async def _show(request: Request) -> Response:
    return JSONResponse(_state(outside(request)))


async def _change(request: Request) -> Response:
    body = await read(request, Change)
    state = outside(request)
    world = state.world
    overrides = _checked(world, body.propensities) if body.propensities is not None else world.overrides
    if body.seed is not None:
        state.world = World(body.seed, overrides, world.keywords)
        state.asked.clear()
    state.world.overrides = overrides
    if body.answer_seconds is not None:
        state.answer_seconds = body.answer_seconds
    return JSONResponse(_state(state))


def _state(state: Outside) -> dict[str, object]:
    return {
        "seed": state.world.seed,
        "answer_seconds": state.answer_seconds,
        "propensities": state.world.overrides,
        "keywords": [field.keyword for field in state.world.fields()],
    }


def _checked(world: World, overrides: Overrides) -> Overrides:
    checked: Overrides = {}
    for engine, by_field in overrides.items():
        if engine not in ENGINES:
            raise BadInputError(field=f"propensities.{engine}", message=f"is none of {', '.join(ENGINES)}")
        for keyword, by_brand in by_field.items():
            if not keyword.strip():
                raise BadInputError(field=f"propensities.{engine}", message="a keyword is empty")
            about = world.learn(keyword)
            for name, probability in by_brand.items():
                path = f"propensities.{engine}.{keyword}.{name}"
                brand = about.brand(name)
                if brand is None:
                    raise BadInputError(field=path, message="is no brand of that field")
                if not 0 <= probability <= 1:
                    raise BadInputError(field=path, message="is not between 0 and 1")
                checked.setdefault(engine, {}).setdefault(about.keyword, {})[brand.name] = probability
    return checked


routes = [
    Route("/truth", _truth, methods=["GET"]),
    Route("/truth/rates", _rates, methods=["POST"]),
    Route("/world", _show, methods=["GET"]),
    Route("/world", _change, methods=["POST"]),
]
