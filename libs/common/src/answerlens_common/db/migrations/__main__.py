"""The `migrate` job: bring the schema and the services' roles up to date; or `check` that it equals `db.tables`."""

import asyncio
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from answerlens_common.contracts.services import AccountSettings
from answerlens_common.db.roles import make_roles
from answerlens_common.observing.logs import configure_logs
from answerlens_common.settings import LogSettings, PostgresSettings

if __name__ == "__main__":
    postgres, accounts = PostgresSettings(), AccountSettings()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = postgres.sqlalchemy_url
    if sys.argv[1:] == ["check"]:
        command.check(config)
    else:
        command.upgrade(config, "head")
        configure_logs(LogSettings(), "migrate")
        asyncio.run(make_roles(postgres.url, accounts.passwords))
