"""Banks, as they are stored: tables `bank` and `question_bank`, cluster by cluster."""

import json
from collections.abc import Mapping

from answerlens_bank_builder.build import Bank, BankCluster
from answerlens_common.claims import Lease
from answerlens_common.db import Database
from answerlens_common.db.notifications import PROGRESS
from answerlens_common.events import KeywordSearched


async def is_ready(db: Database, event: KeywordSearched) -> bool:
    """Whether the event's bank version is complete."""
    status = await db.value(
        "SELECT status FROM bank WHERE keyword = :keyword AND version = :version",
        keyword=event.keyword,
        version=event.bank_version,
    )
    return bool(status == "ready")


async def is_searched(db: Database, event: KeywordSearched) -> bool:
    """Whether there are questions to build from."""
    found = await db.value(
        "SELECT EXISTS (SELECT FROM zhihu_question WHERE keyword = :keyword AND search_date <= :date)",
        keyword=event.keyword,
        date=event.date,
    )
    return bool(found)


async def source_questions(db: Database, event: KeywordSearched) -> list[str]:
    """What the newest search before the event's date found, in its order."""
    rows = await db.rows(
        "SELECT question_text FROM zhihu_question WHERE keyword = :keyword AND search_date ="
        " (SELECT max(search_date) FROM zhihu_question WHERE keyword = :keyword AND search_date <= :date) ORDER BY id",
        keyword=event.keyword,
        date=event.date,
    )
    return [row["question_text"] for row in rows]


async def finished_clusters(db: Database, event: KeywordSearched, per_cluster: int) -> Mapping[int, BankCluster]:
    """The clusters that an interrupted build has stored whole."""
    rows = await db.rows(
        "SELECT cluster_id, min(main_intent) AS intent, min(source_questions::text) AS sources,"
        " array_agg(generated_question ORDER BY id) AS questions FROM question_bank"
        " WHERE keyword = :keyword AND bank_version = :version GROUP BY cluster_id HAVING count(*) = :wanted",
        keyword=event.keyword,
        version=event.bank_version,
        wanted=per_cluster,
    )
    return {
        row["cluster_id"]: BankCluster(
            row["cluster_id"], row["intent"], tuple(json.loads(row["sources"])), tuple(row["questions"])
        )
        for row in rows
    }


async def open_bank(lease: Lease, event: KeywordSearched, *, sources: int, embedding: str, llm: str) -> None:
    """Record that a version is being built, and by which models."""
    async with lease.write() as tx:
        await tx.execute(
            "INSERT INTO bank (keyword, version, built_date, source_count, embedding_model, llm_model)"
            " VALUES (:keyword, :version, :date, :sources, :embedding, :llm)"
            " ON CONFLICT (keyword, version) DO UPDATE SET source_count = excluded.source_count",
            keyword=event.keyword,
            version=event.bank_version,
            date=event.date,
            sources=sources,
            embedding=embedding,
            llm=llm,
        )


async def store_cluster(lease: Lease, event: KeywordSearched, cluster: BankCluster) -> None:
    """Store a cluster's questions; each keeps the source questions it comes from."""
    async with lease.write() as tx:
        await tx.execute(
            "INSERT INTO question_bank"
            " (keyword, bank_version, cluster_id, main_intent, source_questions, question_id, generated_question)"
            " SELECT CAST(:keyword AS text), CAST(:version AS int), CAST(:cluster AS smallint), CAST(:intent AS text),"
            " CAST(:sources AS jsonb), question.*"
            " FROM unnest(CAST(:ids AS text[]), CAST(:questions AS text[])) AS question"
            " ON CONFLICT (keyword, bank_version, question_id) DO NOTHING",
            keyword=event.keyword,
            version=event.bank_version,
            cluster=cluster.cluster_id,
            intent=cluster.intent,
            sources=json.dumps(cluster.source_questions, ensure_ascii=False),
            ids=[
                f"{event.bank_version}-{cluster.cluster_id}-{number:02d}"
                for number in range(1, len(cluster.questions) + 1)
            ],
            questions=list(cluster.questions),
        )
        await tx.notify(PROGRESS, event.keyword)


async def close_bank(lease: Lease, event: KeywordSearched, bank: Bank) -> None:
    """Mark the version complete."""
    async with lease.write() as tx:
        await tx.execute(
            "UPDATE bank SET status = 'ready', clusters = :clusters, notes = CAST(:notes AS jsonb)"
            " WHERE keyword = :keyword AND version = :version",
            keyword=event.keyword,
            version=event.bank_version,
            clusters=len(bank.clusters),
            notes=json.dumps(bank.notes, ensure_ascii=False),
        )
        await tx.notify(PROGRESS, event.keyword)
