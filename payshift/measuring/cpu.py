"""The processor time of the one PostgreSQL backend that serves this process."""

from pathlib import Path

from django.db import connection


class BackendCPU:
    """Reads the kernel's account of the backend, which is there when the server runs on this machine under Linux."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        process = Path("/proc") / str(pid)
        self.account = process / "schedstat"
        try:
            # The number alone proves nothing: a remote server's may be some other process here.
            self.available = "postgres" in (process / "comm").read_text() and bool(self.account.read_text())
        except OSError:
            self.available = False

    def read_ms(self) -> float:
        """Milliseconds on a processor since the backend started; 0 where nobody knows."""
        return int(self.account.read_text().split()[0]) / 1e6 if self.available else 0.0
