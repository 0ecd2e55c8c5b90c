#!/bin/sh
# restore.sh BACKUP DATA: make DATA, a directory that is empty or not there, the data directory of a PostgreSQL server that
# goes on where the backup ends, or, with $WAL (the archive that wal.sh keeps), where the log ends or $UNTIL says:
# "2026-11-27 14:05:00+00". Of several timelines it follows the latest, or $TIMELINE. The pictures go to $MEDIA. Then start
# the server: it replays, and becomes a primary with a history of its own, by which the application knows that what its
# cache holds is void.
set -eu
. "$(dirname "$0")/segments.sh"

backup=$1
data=$2

refuse() {
    echo "restore: $1" >&2
    exit 1
}
is_empty() { [ ! -e "$1" ] || [ -z "$(ls -A "$1")" ]; }

[ -f "$backup/base/base.tar.gz" ] || refuse "$backup is no backup"
is_empty "$data" || refuse "$data is not empty"
[ -z "${MEDIA:-}" ] || is_empty "$MEDIA" || refuse "$MEDIA is not empty"
[ -z "${WAL:-}" ] || [ -d "$WAL" ] || refuse "$WAL is no directory"
[ -z "${UNTIL:-}" ] || [ -n "${WAL:-}" ] || refuse "a point in time needs the archive of the log"

mkdir -p "$data"
chmod 700 "$data"
tar -xzf "$backup/base/base.tar.gz" -C "$data"
tar -xzf "$backup/base/pg_wal.tar.gz" -C "$data/pg_wal"

# What the archive has from the backup on is copied beside the data: the server's user, machine or container need not
# reach the archive. The server throws it away when it has replayed it. Without an archive nothing is fetched: what came
# with the backup is enough to be consistent.
fetch=false
if [ -n "${WAL:-}" ]; then
    first=$(place_of_segment "$(first_segment "$backup")")
    for file in "$WAL"/* "$WAL"/*/*; do
        name=$(basename "$file")
        case $name in
            *.history) ;;
            *) [ "$(place_of_segment "$name")" -ge "$first" ] || continue ;;
        esac
        [ -f "$file" ] || continue
        to="$data/archive/${file#"$WAL"/}"
        mkdir -p "$(dirname "$to")"
        cp "$file" "$to"
    done
    # The last segment is incomplete, for as long as pg_receivewal writes it; of one that a restore left behind, wal.sh
    # has put the longer one aside.
    fetch="for f in archive/%f archive/*/%f archive/*/%f.partial archive/%f.partial; do"
    fetch="$fetch [ ! -f \"\$f\" ] || exec cp \"\$f\" \"%p\"; done; exit 1"
fi
{
    echo "restore_command = '$fetch'"
    echo "recovery_end_command = 'rm -rf archive'"
    echo "recovery_target_action = 'promote'"
    [ -z "${UNTIL:-}" ] || echo "recovery_target_time = '$UNTIL'"
    [ -z "${TIMELINE:-}" ] || echo "recovery_target_timeline = '$TIMELINE'"
    # Two restores of one backup may get the same timeline; the cache tells them apart by this.
    echo "cluster_name = 'restored $(date -u +%Y-%m-%dT%H:%M:%SZ)'"
} >>"$data/postgresql.auto.conf"
touch "$data/recovery.signal"

if [ -n "${MEDIA:-}" ] && [ -f "$backup/media.tar" ]; then
    mkdir -p "$MEDIA"
    tar -xf "$backup/media.tar" -C "$MEDIA"
fi
# Who runs as root names the user that PostgreSQL runs as.
[ "$(id -u)" != 0 ] || chown -R "${POSTGRES_OWNER:-postgres}" "$data"
echo "$data"
