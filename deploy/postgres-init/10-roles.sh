#!/bin/sh
# Run once by the postgres image, on an empty volume: the role that owns the tables, migrates and makes backups, and the
# role of the application, which gets its rights on each table from `manage.py migrate`.
set -eu

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=owner_password="$PAYSHIFT_OWNER_PASSWORD" --set=app_password="$PAYSHIFT_APP_PASSWORD" <<'SQL'
CREATE ROLE payshift_owner LOGIN REPLICATION PASSWORD :'owner_password';
CREATE ROLE payshift_app LOGIN PASSWORD :'app_password';
CREATE DATABASE payshift OWNER payshift_owner;
SQL

# pg_basebackup and pg_receivewal speak the replication protocol, which "all" in this file does not mean.
echo 'host replication payshift_owner all scram-sha-256' >>"$PGDATA/pg_hba.conf"
