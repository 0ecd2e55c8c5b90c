#!/bin/sh
# backup.sh DIRECTORY: one backup, in a directory of its own below DIRECTORY, named by the moment: the whole PostgreSQL
# server (roles and rights included) with the write-ahead log that makes it whole, and the pictures below $MEDIA. libpq's
# variables (PGHOST, PGUSER, ...) name the server; the role needs REPLICATION. Until it is whole and verified, its name
# begins with a point. Prints where it is.
set -eu

name=$(date -u +%Y-%m-%dT%H%M%SZ)
partial="$1/.$name"
trap 'rm -rf "$partial"' EXIT
mkdir -p "$partial"

pg_basebackup --pgdata="$partial/base" --format=tar --compress=gzip:3 --wal-method=stream --checkpoint=fast \
    --no-password
# The log cannot be read within a tar file: its check is the restore.
pg_verifybackup --format=tar --no-parse-wal --quiet "$partial/base"
if [ -n "${MEDIA:-}" ]; then
    tar -C "$MEDIA" -cf "$partial/media.tar" .
fi

mv "$partial" "$1/$name"
echo "$1/$name"
