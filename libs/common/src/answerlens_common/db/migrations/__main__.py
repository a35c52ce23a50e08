"""The `migrate` job: bring the schema up to date, or `check` that it equals `db.tables`."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from answerlens_common.settings import PostgresSettings

if __name__ == "__main__":
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = PostgresSettings().sqlalchemy_url
    if sys.argv[1:] == ["check"]:
        command.check(config)
    else:
        command.upgrade(config, "head")
