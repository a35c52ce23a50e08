#!/bin/bash
# Runs once, when the data folder is new. The owner of the database is no superuser; the migrate job works as it and makes
# a role for each service. The role of postgres_exporter reads statistics and no table.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" \
    --set database="$POSTGRES_DB" --set answerlens="$ANSWERLENS_PASSWORD" --set monitoring="$MONITORING_PASSWORD" <<'SQL'
CREATE ROLE answerlens LOGIN CREATEROLE PASSWORD :'answerlens';
ALTER DATABASE :"database" OWNER TO answerlens;
ALTER SCHEMA public OWNER TO answerlens;
CREATE ROLE monitoring LOGIN PASSWORD :'monitoring' CONNECTION LIMIT 5;
GRANT pg_monitor TO monitoring;
SQL
