#!/bin/bash
# Runs once, when the data folder is new. The services own their database and are no superuser; the role of
# postgres_exporter reads statistics and no table.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" \
    --set database="$POSTGRES_DB" --set answerlens="$ANSWERLENS_PASSWORD" --set monitoring="$MONITORING_PASSWORD" <<'SQL'
CREATE ROLE answerlens LOGIN PASSWORD :'answerlens';
ALTER DATABASE :"database" OWNER TO answerlens;
ALTER SCHEMA public OWNER TO answerlens;
CREATE ROLE monitoring LOGIN PASSWORD :'monitoring' CONNECTION LIMIT 5;
GRANT pg_monitor TO monitoring;
SQL
