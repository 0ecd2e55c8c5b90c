"""`make check`: style, types, migrations, Django's checks under settings such as production has, the API, alerts."""

import os
import secrets
import subprocess
import sys

from core.dev import environment
from core.dev.console import say
from core.dev.paths import BASE_DIR


def run() -> int:
    """Run all of them whatever fails, so that one look shows everything. Returns the exit code."""
    environment.prepare()
    development = dict(os.environ)
    checks = {
        "ruff check": (("-m", "ruff", "check", "."), development),
        "ruff format": (("-m", "ruff", "format", "--check", "."), development),
        "mypy --strict": (("-m", "mypy", "."), development),
        "migrations": (("manage.py", "makemigrations", "--check", "--dry-run"), development),
        "SQL of migrations": (("-m", "core.dev.migrations"), development),
        "deploy check": (("manage.py", "check", "--deploy", "--fail-level", "WARNING"), production_like(development)),
        "Kubernetes objects": (("-m", "core.dev.manifests"), development),
        "OpenAPI document": (("-m", "core.dev.contract"), development),
        "alert rules": (("-m", "core.dev.alerts"), development),
    }
    failed = []
    for name, (arguments, variables) in checks.items():
        say(f"--- {name}")
        if subprocess.run([sys.executable, *arguments], cwd=BASE_DIR, env=variables, check=False).returncode:  # noqa: S603
            failed.append(name)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def production_like(development: dict[str, str]) -> dict[str, str]:
    """The variables that an operator sets, with keys of the providers' live form that open nothing."""
    servers = {name: development[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    return {
        **servers,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "payshift.example",
        "CSRF_TRUSTED_ORIGINS": "https://payshift.example",
        "PUBLIC_URL": "https://payshift.example",
        "NUM_PROXIES": "1",
        "CLIENT_ADDRESS_HEADER": "Clientaddress",
        "EMAIL_URL": "smtp://mail.payshift.example:587",
        "STAFF_EMAILS": "staff@payshift.example",
        "PAYSTACK_SECRET_KEY": f"sk_live_{secrets.token_hex(20)}",
        "FLUTTERWAVE_SECRET_KEY": f"FLWSECK-{secrets.token_hex(16)}-X",
        "FLUTTERWAVE_WEBHOOK_HASH": secrets.token_urlsafe(32),
    }
