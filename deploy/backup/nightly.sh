#!/bin/sh
# Once a night, for ever: a backup of the server and of the pictures (backup.sh), and the database as a dump, which any
# newer PostgreSQL reads. A night that failed is said and tried again an hour later; what is older than KEEP_DAYS goes when
# a newer one is whole, and the write-ahead log of before the oldest that is left goes with it.
set -eu

backup() {
    rm -rf /backups/.[0-9]*
    made=$(sh /deploy/backup.sh /backups)
    pg_dump --format=custom --file="$made/.payshift.dump" payshift
    mv "$made/.payshift.dump" "$made/payshift.dump"
    find /backups -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' -mtime "+$KEEP_DAYS" -exec rm -rf {} +
    forget_old_wal
    echo "backup: $made"
}

# The manifest says where the log of a backup begins; a segment's name is made of timeline and position.
forget_old_wal() {
    oldest=$(find /backups -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' | sort | head -n 1)
    range=$(grep -o '"Timeline": [0-9]*, "Start-LSN": "[0-9A-F/]*"' "$oldest/base/backup_manifest" | head -n 1)
    timeline=$(echo "$range" | sed 's/.*Timeline": \([0-9]*\).*/\1/')
    high=$(echo "$range" | sed 's/.*"\([0-9A-F]*\)\/.*/\1/')
    low=$(echo "$range" | sed 's/.*\/\([0-9A-F]*\)"/\1/')
    segment=$(printf '%08X%08X%08X' "$timeline" "0x$high" "$((0x$low / 16777216))")
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
