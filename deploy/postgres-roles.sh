#!/bin/sh
# Run once by the postgres image on an empty volume: the two roles of config/launcher/roles.py, with passwords.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE tongxin_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE tongxin_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app';
CREATE DATABASE tongxin OWNER tongxin_owner;
REVOKE ALL ON DATABASE tongxin FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE tongxin TO tongxin_app;
SQL
