#!/bin/bash
# Run once by the PostgreSQL image, on an empty volume: a database for each service, owned by a role that sees only it.
set -euo pipefail

for service in gateway dashboard notifications automation; do
  password=${service^^}_DATABASE_PASSWORD
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$service" --set password="${!password}" <<'SQL'
create role :"service" login password :'password';
create database :"service" owner :"service";
revoke connect on database :"service" from public;
SQL
done
