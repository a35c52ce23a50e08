"""Golden files: what the API, its documents and the command answer over a database that never changes.

`seed.sql.gz` is the data of a small installation, dumped at Alembic revision `database.REVISION`: the real services
measured it against the sandbox. Each run restores it at that revision, migrates it to head and asks everything again;
`pytest tests/golden` compares the answers with the files in `files/`. A difference that is meant stands in
`allowed.ALLOWED` with its CHANGELOG line. `make golden` takes the files anew.
"""
