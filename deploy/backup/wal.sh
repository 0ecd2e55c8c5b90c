#!/bin/sh
# wal.sh DIRECTORY: keep the write-ahead log as it is written, for as long as this runs; with it a restore can go to any
# moment, and loses less than a second. The slot makes the server wait with throwing away what is not here yet (as far as
# its max_slot_wal_keep_size allows). libpq's variables name the server; the role needs REPLICATION.
set -eu
. "$(dirname "$0")/segments.sh"

# A restored server is on a timeline of its own, which left an older one at some position. What the archive has from there
# on leads elsewhere, and pg_receivewal would ask for what comes after it, for ever in vain: it is put into a directory
# below, where a restore still finds it.
put_aside_what_was_left() {
    identity=$(replication IDENTIFY_SYSTEM)
    timeline=$(echo "$identity" | cut -d '|' -f 2)
    history=
    [ "$timeline" = 1 ] || history=$(replication "TIMELINE_HISTORY $timeline")
    for file in "$1"/????????????????????????*; do
        [ -f "$file" ] || continue
        segment=$(basename "$file" | cut -c 1-24)
        of=$(printf '%d' "0x$(echo "$segment" | cut -c 1-8)")
        [ "$of" != "$timeline" ] || continue
        # "1<tab>0/504C0D8<tab>why", the first line behind a name and a bar.
        left_at=$(echo "$history" | sed 's/^[^|]*|//' | awk -v of="$of" '$1 == of { print $2 }')
        if [ -n "$left_at" ] && [ "$(place_of_segment "$segment")" -lt "$(place_of_position "$left_at")" ]; then
            continue
        fi
        mkdir -p "$1/left-for-$timeline"
        mv "$file" "$1/left-for-$timeline/"
    done
}
replication() { psql --no-psqlrc --no-password -At -c "$1" 'replication=true'; }

mkdir -p "$1"
pg_receivewal --slot=wal_archive --create-slot --if-not-exists --no-password
put_aside_what_was_left "$1"
exec pg_receivewal --directory="$1" --slot=wal_archive --synchronous --no-password
