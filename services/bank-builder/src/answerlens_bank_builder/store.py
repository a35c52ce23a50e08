"""Banks, as they are stored: tables `bank` and `question_bank`, cluster by cluster."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from answerlens_bank_builder.bank import Bank, BankCluster
from answerlens_bank_builder.panel import Panel, PanelQuestion
from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.contracts.statuses import BankStatus
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import KeywordSearched
from answerlens_common.work.claims import Lease


async def is_ready(db: Database, event: KeywordSearched) -> bool:
    """Whether the event's bank version is complete."""
    status = await db.value(
        "SELECT status FROM bank WHERE keyword = :keyword AND version = :version",
        keyword=event.keyword,
        version=event.bank_version,
    )
    return bool(status == BankStatus.READY)


async def is_searched(db: Database, event: KeywordSearched) -> bool:
    """Whether there are questions to build from."""
    found = await db.value(
        "SELECT EXISTS (SELECT FROM zhihu_question WHERE keyword = :keyword AND search_date <= :date)",
        keyword=event.keyword,
        date=event.date,
    )
    return bool(found)


async def source_questions(db: Database, event: KeywordSearched) -> dict[str, str]:
    """What the newest search before the event's date found, in its order: for each question where it comes from."""
    rows = await db.rows(
        "SELECT question_text, origin FROM zhihu_question WHERE keyword = :keyword AND search_date ="
        " (SELECT max(search_date) FROM zhihu_question WHERE keyword = :keyword AND search_date <= :date) ORDER BY id",
        keyword=event.keyword,
        date=event.date,
    )
    origins: dict[str, str] = {}
    for row in rows:
        origins.setdefault(row["question_text"], row["origin"])
    return origins


async def panel(db: Database, event: KeywordSearched, share: float) -> Panel:
    """The newest complete bank before the event's version; an empty one when it is the first."""
    rows = await db.rows(
        "SELECT question_id, cluster_id, main_intent, generated_question, source_questions, brands,"
        " source_origins FROM question_bank"
        " WHERE keyword = :keyword AND bank_version = (SELECT max(version) FROM bank"
        " WHERE keyword = :keyword AND version < :version AND status = 'ready') ORDER BY id",
        keyword=event.keyword,
        version=event.bank_version,
    )
    free = await db.value(
        "SELECT COALESCE(GREATEST((SELECT max(cluster_id) + 1 FROM question_bank"
        " WHERE keyword = :keyword AND bank_version < :version), max(next_cluster)), 0)"
        " FROM bank WHERE keyword = :keyword AND version < :version",
        keyword=event.keyword,
        version=event.bank_version,
    )
    questions = [
        PanelQuestion(
            row["question_id"],
            row["cluster_id"],
            row["main_intent"],
            row["generated_question"],
            tuple(row["source_questions"]),
            tuple(row["brands"]),
            tuple(row["source_origins"]),
        )
        for row in rows
    ]
    return Panel(tuple(questions), free, f"{event.keyword} {event.bank_version}", share)


async def open_bank(
    lease: Lease, event: KeywordSearched, *, sources: Mapping[str, str], embedding: str, llm: str
) -> None:
    """Record that a version is being built, of what and by which models; a build taken up again may have others."""
    async with lease.write() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, source_count, origins, embedding_model, llm_model)"
            " VALUES (:keyword, :version, :date, :sources, CAST(:origins AS jsonb), :embedding, :llm)"
            " ON CONFLICT (keyword, version) DO UPDATE SET source_count = excluded.source_count,"
            " origins = excluded.origins, embedding_model = excluded.embedding_model, llm_model = excluded.llm_model",
            keyword=event.keyword,
            version=event.bank_version,
            date=event.date,
            sources=len(sources),
            origins=json.dumps(Counter(sources.values())),
            embedding=embedding,
            llm=llm,
        )


async def store_cluster(lease: Lease, event: KeywordSearched, cluster: BankCluster, origins: Mapping[str, str]) -> None:
    """Store a cluster's questions in the place of those that an interrupted build left of it.

    Each keeps the source questions it comes from and where those come from (`origins`), an anchor also its id.
    """
    anchors = cluster.anchors
    new = len(cluster.questions) - len(anchors)
    async with lease.write() as tx:
        await tx.execute(
            "DELETE FROM question_bank WHERE keyword = :keyword AND bank_version = :version AND cluster_id = :cluster",
            keyword=event.keyword,
            version=event.bank_version,
            cluster=cluster.cluster_id,
        )
        await tx.execute(
            "INSERT INTO question_bank (keyword, bank_version, cluster_id, main_intent, question_id,"
            " generated_question, source_questions, source_origins, anchor, brands)"
            " SELECT CAST(:keyword AS text), CAST(:version AS int), CAST(:cluster AS smallint), CAST(:intent AS text),"
            " id, question, CAST(sources AS jsonb), CAST(origins AS jsonb), anchor, CAST(brands AS jsonb)"
            " FROM unnest(CAST(:ids AS text[]), CAST(:questions AS text[]), CAST(:sources AS text[]),"
            " CAST(:origins AS text[]), CAST(:anchors AS bool[]), CAST(:brands AS text[]))"
            " AS one (id, question, sources, origins, anchor, brands)"
            # an anchor may have been left in another cluster
            " ON CONFLICT (keyword, bank_version, question_id) DO UPDATE SET cluster_id = excluded.cluster_id,"
            " main_intent = excluded.main_intent, generated_question = excluded.generated_question,"
            " source_questions = excluded.source_questions, source_origins = excluded.source_origins,"
            " anchor = excluded.anchor, brands = excluded.brands",
            keyword=event.keyword,
            version=event.bank_version,
            cluster=cluster.cluster_id,
            intent=cluster.intent,
            ids=[
                *(each.question_id for each in anchors),
                *(f"{event.bank_version}-{cluster.cluster_id}-{number:02d}" for number in range(1, new + 1)),
            ],
            questions=list(cluster.questions),
            sources=[
                *(_as_json(each.source_questions) for each in anchors),
                *[_as_json(cluster.source_questions)] * new,
            ],
            origins=[
                *(_as_json(each.source_origins) for each in anchors),
                *[_as_json([origins[question] for question in cluster.source_questions])] * new,
            ],
            anchors=[number < len(anchors) for number in range(len(cluster.questions))],
            brands=[_as_json(each) for each in cluster.brands],
        )
        await tx.notify(PROGRESS, event.keyword)


# Anchors bring source questions of earlier searches; one that this search found too comes from where it found it. An
# anchor from before origins were kept comes from Zhihu, the only source there was.
_ORIGINS = """
SELECT COALESCE(jsonb_object_agg(origin, questions), '{}') FROM (
    SELECT origin, count(*) AS questions FROM (
        SELECT DISTINCT ON (source.text) COALESCE(source_origins ->> CAST(source.number - 1 AS int), :unknown) AS origin
        FROM question_bank CROSS JOIN LATERAL
            jsonb_array_elements_text(source_questions) WITH ORDINALITY AS source (text, number)
        WHERE keyword = :keyword AND bank_version = :version ORDER BY source.text, anchor, question_id
    ) AS one GROUP BY origin
) AS counted
"""
_CLOSE = f"""
UPDATE bank SET status = 'ready', clusters = :clusters, notes = CAST(:notes AS jsonb), origins = ({_ORIGINS}),
    left_over = CAST(:left_over AS jsonb),
    next_cluster = (SELECT GREATEST(:highest + 1, max(next_cluster)) FROM bank WHERE keyword = :keyword)
WHERE keyword = :keyword AND version = :version
"""  # noqa: S608 - a constant


async def close_bank(lease: Lease, event: KeywordSearched, bank: Bank) -> None:
    """Mark the version complete; what an interrupted build left of clusters that it does not have goes.

    From now on its origins are those of the source questions that its questions, anchors too, were written from.
    """
    async with lease.write() as tx:
        await tx.execute(
            "DELETE FROM question_bank"
            " WHERE keyword = :keyword AND bank_version = :version"
            " AND cluster_id <> ALL(CAST(:clusters AS smallint[]))",
            keyword=event.keyword,
            version=event.bank_version,
            clusters=[each.cluster_id for each in bank.clusters],
        )
        await tx.execute(
            _CLOSE,
            keyword=event.keyword,
            version=event.bank_version,
            clusters=len(bank.clusters),
            highest=max(each.cluster_id for each in bank.clusters),
            notes=_as_json(bank.notes),
            left_over=_as_json(bank.left_over),
            unknown=QuestionOrigin.ZHIHU.value,
        )
        await tx.notify(PROGRESS, event.keyword)


def _as_json(texts: Sequence[str]) -> str:
    return json.dumps(texts, ensure_ascii=False)
