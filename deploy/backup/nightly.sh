#!/bin/sh
# Once a night, for ever: a backup of the server and of the pictures (backup.sh), and the database as a dump, which any
# newer PostgreSQL reads. A night that failed is said and tried again an hour later; what is older than KEEP_DAYS goes when
# a newer one is whole, and the write-ahead log of before the oldest that is left goes with it.
set -eu
. "$(dirname "$0")/segments.sh"

backup() {
    rm -rf /backups/.[0-9]*
    made=$(sh /deploy/backup.sh /backups)
    pg_dump --format=custom --file="$made/.payshift.dump" payshift
    mv "$made/.payshift.dump" "$made/payshift.dump"
    find /backups -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' -mtime "+$KEEP_DAYS" -exec rm -rf {} +
    forget_old_wal
    echo "backup: $made"
}

forget_old_wal() {
    oldest=$(find /backups -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' | sort | head -n 1)
    segment=$(first_segment "$oldest")
    # Below the archive is what restores have left behind.
    for archive in /backups/wal /backups/wal/*/; do
        [ ! -d "$archive" ] || pg_archivecleanup "$archive" "$segment"
    done
}

while true; do
    if backup; then
        sleep 86400
    else
        echo "backup: failed, tried again in an hour" >&2
        sleep 3600
    fi
done
