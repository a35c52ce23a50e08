"""The `topology` job: stores the engines, then declares everything the broker needs, the services' users included."""

import asyncio
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.broker.accounts import vhost_of
from answerlens_common.broker.declare import declare
from answerlens_common.broker.management import ManagementSettings, make_users
from answerlens_common.contracts.engines import EngineFile, load_engines
from answerlens_common.contracts.services import AccountSettings
from answerlens_common.db import Database
from answerlens_common.observing.logs import configure_logs, get_logger
from answerlens_common.settings import ServiceSettings


class EnginesSettings(BaseSettings):
    """The folder of engine profiles."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_ENGINES_")

    dir: Path


class TopologySettings(ServiceSettings):
    """What the job needs."""

    engines: EnginesSettings = Field(default_factory=EnginesSettings)
    accounts: AccountSettings = Field(default_factory=AccountSettings)
    management: ManagementSettings = Field(default_factory=ManagementSettings)


async def store(db: Database, engines: list[EngineFile]) -> None:
    """Make table `engine` hold these; one that is no longer among them is disabled, its history stays."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE engine SET enabled = false")
        for engine in engines:
            await tx.execute(
                "INSERT INTO engine (name, kind, surface, enabled, replicates, profile, origin)"
                " VALUES (:name, :kind, :surface, :enabled, :replicates, CAST(:profile AS jsonb),"
                " CAST(:origin AS jsonb))"
                " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, surface = excluded.surface,"
                " enabled = excluded.enabled, replicates = excluded.replicates, profile = excluded.profile,"
                " origin = excluded.origin, updated_at = now()",
                name=engine.name,
                kind=engine.kind,
                surface=engine.surface,
                enabled=engine.enabled,
                replicates=engine.replicates,
                profile=engine.model_dump_json(),
                # apart from the profile, whose fingerprint measurements keep: a comment in a file changes no engine
                origin=engine.origin.model_dump_json() if engine.origin is not None else None,
            )


async def main() -> None:
    """Read the profiles, store them, declare the queues, make the users."""
    settings = TopologySettings()
    configure_logs(settings.logs, "topology")
    engines = load_engines(settings.engines.dir)
    async with Database(settings.postgres) as db:
        await store(db, engines)
    names = [engine.name for engine in engines if engine.enabled]
    queues = await declare(settings.rabbitmq.url, names, settings.work.retry_delays)
    get_logger().info("topology declared", engines=names, queues=len(queues))
    await make_users(settings.management, vhost_of(settings.rabbitmq.url), settings.accounts.passwords)


if __name__ == "__main__":
    asyncio.run(main())
