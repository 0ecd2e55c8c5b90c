#!/bin/sh
# wal.sh DIRECTORY: keep the write-ahead log as it is written, for as long as this runs; with it a restore can go to any
# moment, and loses less than a second. The slot makes the server wait with throwing away what is not here yet (as far as
# its max_slot_wal_keep_size allows). libpq's variables name the server; the role needs REPLICATION.
set -eu

mkdir -p "$1"
pg_receivewal --slot=wal_archive --create-slot --if-not-exists --no-password
exec pg_receivewal --directory="$1" --slot=wal_archive --synchronous --no-password
