"""The database schema, step by step. `python -m answerlens_common.migrations` brings it up to date."""
