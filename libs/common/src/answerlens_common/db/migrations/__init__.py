"""The database schema, step by step. `python -m answerlens_common.db.migrations` brings it up to date."""
