#!/bin/sh
# Once a night, for ever: everything in PostgreSQL and the pictures, each night in a directory of its own below /backups.
# A night that failed is said and tried again an hour later; what is older than KEEP_DAYS goes when a newer one is whole.
set -eu

backup() {
    night=$(date -u +%Y-%m-%dT%H%M)
    partial="/backups/.$night"
    rm -rf /backups/.[0-9]*
    mkdir -p "$partial"
    pg_dump --format=custom --file="$partial/payshift.dump" payshift
    tar -C /media -cf "$partial/media.tar" .
    mv "$partial" "/backups/$night"
    find /backups -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' -mtime "+$KEEP_DAYS" -exec rm -rf {} +
    echo "backup: /backups/$night"
}

while true; do
    if backup; then
        sleep 86400
    else
        echo "backup: failed, tried again in an hour" >&2
        sleep 3600
    fi
done
