"""Settings: one typed class read from the environment (`payshift.environment`), then Django's names made from it.

A missing or malformed value stops the process with the name of the variable; there is no default secret. Development
values come from `core.dev`, which fills the environment before Django reads this file.
"""

import logging
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from pydantic import ValidationError

from core import csp
from core.logging import logging_settings
from payshift.environment import Environment, database, media_origin, pictures, redis_cache, split_list
from payshift.operations.look import ADMIN_LOOK
from payshift.rules import RULES

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent


try:
    env = Environment()
except ValidationError as error:
    problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    raise ImproperlyConfigured(f"The environment is not complete: {problems}") from None

DEBUG = env.DEBUG
STAGING = env.STAGING
SECRET_KEY = env.SECRET_KEY
SECRET_KEY_FALLBACKS = split_list(env.SECRET_KEY_FALLBACKS)
ALLOWED_HOSTS = split_list(env.ALLOWED_HOSTS) or (["127.0.0.1", "localhost", "testserver"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = split_list(env.CSRF_TRUSTED_ORIGINS)
CORS_ALLOWED_ORIGINS = split_list(env.CORS_ALLOWED_ORIGINS)
# The refresh token of a browser is a cookie.
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = (*default_headers, "idempotency-key", "if-none-match", "x-request-id")
CORS_EXPOSE_HEADERS = ("ETag", "Cache-Status", "Idempotent-Replayed", "Retry-After", "X-Request-ID")
CORS_URLS_REGEX = r"^/api/"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "payshift.operations.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "corsheaders",
    "ninja",
    "procrastinate.contrib.django",
    "django_structlog",
    "core",
    "accounts",
    "jobs",
    "payment",
    "rating",
    "payshift",
]
if DEBUG:
    # Its tables only: the gateway is a process of its own (payment/sandbox/settings.py).
    INSTALLED_APPS.append("payment.sandbox")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.csp.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "core.middleware.RequestLogMiddleware",
    "core.middleware.HeadMiddleware",
    "core.middleware.ProblemMiddleware",
    "core.middleware.ClockMiddleware",
    "core.middleware.QueryCountMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.cache.middleware.CachedReadMiddleware",
    "payment.middleware.HurryMiddleware",
    "core.page_middleware.PageSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.page_middleware.PageAuthenticationMiddleware",
    "core.page_middleware.PageMessageMiddleware",
    "core.middleware.StaffTimeMiddleware",
    # Django reads uploads of a POST only; avatars are PUT.
    "ninja.compatibility.files.fix_request_files_middleware",
]

OTEL_EXPORTER_OTLP_ENDPOINT = env.OTEL_EXPORTER_OTLP_ENDPOINT
if OTEL_EXPORTER_OTLP_ENDPOINT:
    # Below the request's id and above everything that queries.
    MIDDLEWARE.insert(MIDDLEWARE.index("core.middleware.ProblemMiddleware"), "core.tracing.TracingMiddleware")

# All that a read of the API needs of these where the front has let it through (core.read_handler).
READ_MIDDLEWARE = [
    name
    for name in MIDDLEWARE
    if name
    in {
        "core.middleware.RequestLogMiddleware",
        "core.tracing.TracingMiddleware",
        "core.middleware.ClockMiddleware",
        "core.middleware.QueryCountMiddleware",
        "core.cache.middleware.CachedReadMiddleware",
        "payment.middleware.HurryMiddleware",
    }
]

ROOT_URLCONF = "payshift.urls"
WSGI_APPLICATION = "payshift.wsgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "accounts.CustomUser"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
# E-mails are unique in any case, by the constraint accounts_user_email_unique; the check looks for unique=True only.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "payshift" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# In milliseconds. transaction_timeout (PostgreSQL 17) bounds how long a writer can stay open: the cache's
# writer deadline relies on it.
DATABASE_TIMEOUTS = {
    "statement_timeout": 10_000,
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 15_000,
    "transaction_timeout": 15_000,
}
# With which a session of requests begins. A statement that core.listings keeps is planned once for all values: left to
# itself, PostgreSQL plans the joins of a list anew for each request, at several times the price of running it.
DATABASE_SESSION = DATABASE_TIMEOUTS | {"plan_cache_mode": "force_generic_plan"}


# The server's time-outs do not run where its machine is gone. These end a connection within about ten seconds then.
NETWORK_TIMEOUTS = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def pooled(url: str, *, session: Mapping[str, int | str], **defaults: Any) -> dict[str, Any]:
    """A database that requests ask, through a pool: who gets no connection of it within a second is refused."""
    # Lent connections are checked by core.postgresql; a failed attempt to connect must not be in the way of the next.
    pool = {"min_size": 1, "max_size": env.DATABASE_POOL_SIZE, "timeout": 1.0, "check": None, "reconnect_timeout": 1.0}
    if env.DATABASE_POOLER:
        # Nothing that belongs to a session. New connections see whether the server behind has changed; those to a
        # pooler may outlive it, so they live for a minute.
        pool |= {"max_lifetime": 60.0}
        through = database(url, defaults=NETWORK_TIMEOUTS | defaults, prepare_threshold=None, pool=pool)
        return through | {"DISABLE_SERVER_SIDE_CURSORS": True}
    # Django switches prepared statements off; core.listings uses them. Its own cursors never do.
    return database(url, defaults=NETWORK_TIMEOUTS | defaults, prepare_threshold=5, pool=pool, options=setting(session))


def setting(session: Mapping[str, int | str]) -> str:
    """libpq's `options` for a session that begins with these."""
    return " ".join(f"-c {name}={at}" for name, at in session.items())


# A server in recovery keeps its connections when it is promoted: what it said before would pass for the primary's word.
DATABASES = {
    "default": pooled(str(env.DATABASE_URL), session=DATABASE_SESSION, target_session_attrs="primary"),
}
if env.DATABASE_REPLICA_URL:
    read_only = DATABASE_SESSION | {"default_transaction_read_only": "on"}
    DATABASES["replica"] = pooled(str(env.DATABASE_REPLICA_URL), session=read_only)
if env.DATABASE_DIRECT_URL:
    # Where the queue's listener and its settings have a session of their own; never used by a request.
    DATABASES["direct"] = database(
        str(env.DATABASE_DIRECT_URL),
        defaults=NETWORK_TIMEOUTS | {"target_session_attrs": "primary"},
        options=setting(DATABASE_TIMEOUTS),
    )
if env.DATABASE_OWNER_URL:
    # Owns the tables and migrates; never used by a request.
    DATABASES["owner"] = database(str(env.DATABASE_OWNER_URL), options="-c lock_timeout=5s")

CACHES = {
    "default": redis_cache(
        str(env.REDIS_URL), sentinels=env.REDIS_SENTINELS, sentinel_password=env.REDIS_SENTINEL_PASSWORD
    )
}

# Off: every read goes to PostgreSQL. Writes are announced all the same, so that it can be switched on at any time.
RESPONSE_CACHE = env.RESPONSE_CACHE
# After a restart or an outage of Redis nothing is stored for as long as a write may still be open that began unseen.
CACHE_QUARANTINE_MS = 20_000

PASSWORD_HASHERS = ["accounts.hashers.BoundedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.password_rules.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
FORMAT_MODULE_PATH = "payshift.formats"

STATIC_URL = f"{env.STATIC_HOST}/static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / ".local" / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": pictures(env),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# The web client's build: files of its root are sent as they are, its page by payshift.web_client.
WEB_CLIENT_DIST = BASE_DIR / "web" / "dist"
# In development the build may come while the server runs.
if (WEB_CLIENT_DIST / "root").is_dir() or (DEBUG and "pytest" not in sys.modules):
    WHITENOISE_ROOT = WEB_CLIENT_DIST / "root"
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
# What has the hash of its content in its name: Django's own static files, and the app's.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.*(/static/.+\.[0-9a-f]{12}\.\w+|/assets/.+-[\w-]{8}\.\w+)$"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The largest upload (an avatar) and its multipart frame; more is refused before a byte is read.
MAX_REQUEST_BYTES = 6 * 1024 * 1024

NINJA_NUM_PROXIES = env.NUM_PROXIES
CLIENT_ADDRESS_HEADER = env.CLIENT_ADDRESS_HEADER
NINJA_PAGINATION_MAX_LIMIT = 100

# Numbers of the business: settings.PLATFORM_FEE_BPS and all others of payshift.rules.
globals().update({name: getattr(env, name) for rules in RULES for name in rules.model_fields})
DEFAULT_JOB_TIME_ZONE = "Africa/Lagos"

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
DEVICE_LIFETIME = timedelta(days=90)

PAYOUT_PROVIDER = env.PAYOUT_PROVIDER
PROVIDER_TIMEOUT_SECONDS = env.PROVIDER_TIMEOUT_SECONDS
PAYSTACK_SECRET_KEY = env.PAYSTACK_SECRET_KEY
PAYSTACK_BASE_URL = env.PAYSTACK_BASE_URL
FLUTTERWAVE_SECRET_KEY = env.FLUTTERWAVE_SECRET_KEY
FLUTTERWAVE_WEBHOOK_HASH = env.FLUTTERWAVE_WEBHOOK_HASH
FLUTTERWAVE_BASE_URL = env.FLUTTERWAVE_BASE_URL
PREMBLY_SECRET_KEY = env.PREMBLY_SECRET_KEY
PREMBLY_BASE_URL = env.PREMBLY_BASE_URL
SANDBOX_GATEWAY_URL = env.SANDBOX_GATEWAY_URL

PUBLIC_URL = env.PUBLIC_URL
APP_URL = env.APP_URL
EVENTS_URL = env.EVENTS_URL
TIME_TRAVEL = env.TIME_TRAVEL
SERVER_TIMING = env.SERVER_TIMING or DEBUG
SILK = env.SILK
METRICS_TOKEN = env.METRICS_TOKEN

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.DEFAULT_FROM_EMAIL
SUPPORT_EMAIL = env.SUPPORT_EMAIL
WEB_PUSH = env.WEB_PUSH
VAPID_PRIVATE_KEY = env.VAPID_PRIVATE_KEY
MANAGERS = split_list(env.STAFF_EMAILS)
EMAIL_SUBJECT_PREFIX = "[Payshift] "
MAILERS = env.EMAIL_URL

LOGGING = logging_settings(format=env.LOG_FORMAT, level=env.LOG_LEVEL)
# A refusal is nothing to warn about.
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO

PROCRASTINATE_ON_APP_READY = "core.background.on_app_ready"

# An unplanned lazy load raises in development and tests; production degrades to one query for all rows.
REFUSE_LAZY_LOADING = DEBUG

STYLED_PAGES = (
    "core/templates/core/plain",
    "payment/templates/payment/document",
    "payshift/templates/public/base",
)
SECURE_CSP = csp.own_pages(*(BASE_DIR / f"{page}.html" for page in STYLED_PAGES), pictures=media_origin(env))
CSP_OF_LIBRARIES = csp.pages_of_libraries(SECURE_CSP)
CSP_LIBRARY_PATHS = ("/admin/", "/api/docs", *(("/dev/", "/silk/", "/__debug__/") if DEBUG else ()))
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Only admin has sessions: people have tokens.
SESSION_COOKIE_AGE = env.STAFF_SESSION_HOURS * 3600
SECURE_REFERRER_POLICY = "same-origin"
if not DEBUG:
    # TLS ends at the proxy in front, which sets X-Forwarded-Proto and strips it from clients.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

UNFOLD = {**ADMIN_LOOK, "LOGIN": {"form": "accounts.staff_login.StaffLoginForm"}}

# The tools for looking at queries; they are not installed in production, and tests count queries themselves.
if DEBUG and "pytest" not in sys.modules:
    # Below the clock and the count, which are not the request's own queries; above the cached reads.
    above_reads = MIDDLEWARE.index("core.cache.middleware.CachedReadMiddleware")
    if env.DEBUG_TOOLBAR:
        INSTALLED_APPS.append("debug_toolbar")
        MIDDLEWARE.insert(above_reads, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1", "::1"]
    DEBUG_TOOLBAR_CONFIG = {"RESULTS_CACHE_SIZE": 100, "SHOW_COLLAPSED": True, "UPDATE_ON_FETCH": True}
    if SILK:
        INSTALLED_APPS.append("silk")
        MIDDLEWARE.insert(above_reads, "core.dev.silk.SilkOfPagesMiddleware")
        SILKY_AUTHENTICATION = SILKY_AUTHORISATION = True
