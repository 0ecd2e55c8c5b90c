"""Every variable that an operator may set, typed and checked before anything starts."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BeforeValidator, Field, PostgresDsn, RedisDsn, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.mailers import mailers_from_url
from payshift.rules import BrandRules, MoneyRules, OperationsRules, PaperRules, PeopleRules, WorkRules


class Environment(MoneyRules, PaperRules, WorkRules, PeopleRules, OperationsRules, BrandRules, BaseSettings):
    """Every variable an operator may set, those of `payshift.rules` included. Lists are comma separated."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", enable_decoding=False)

    # What `check --deploy` asks for as well.
    SECRET_KEY: str = Field(min_length=50)
    # Old ones, comma separated: what they encrypted and signed is still read.
    SECRET_KEY_FALLBACKS: str = ""
    DEBUG: bool = False
    # Set up as production is, but with the providers' test keys.
    STAGING: bool = False
    ALLOWED_HOSTS: str = ""
    CSRF_TRUSTED_ORIGINS: str = ""
    CORS_ALLOWED_ORIGINS: str = ""
    DATABASE_URL: PostgresDsn
    DATABASE_OWNER_URL: PostgresDsn | None = None
    DATABASE_REPLICA_URL: PostgresDsn | None = None
    # The way goes through PgBouncer, which lets no session set anything as it begins (see `core.timeouts`) and, in
    # transaction mode, lends a session for one transaction. What needs a session to itself goes directly.
    DATABASE_POOLER: bool = False
    DATABASE_DIRECT_URL: PostgresDsn | None = None
    REDIS_URL: RedisDsn
    # host:port of each, comma separated: the host of REDIS_URL is then the name under which they watch the primary.
    REDIS_SENTINELS: str = ""
    REDIS_SENTINEL_PASSWORD: str = ""
    DATABASE_POOL_SIZE: int = Field(default=11, ge=1, le=200)
    PUBLIC_URL: str = "http://127.0.0.1:8000"
    # The client that opens the links of mails, without the path; empty: they name the API's own objects.
    APP_URL: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    STATIC_HOST: str = ""
    # Where browsers reach the process of hints, without the path; empty: where they reach the API.
    EVENTS_URL: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    NUM_PROXIES: int = Field(default=0, ge=0, le=10)
    # Without a hyphen there is one spelling of it only: see core.checks.check_proxies.
    CLIENT_ADDRESS_HEADER: str = Field(default="X-Forwarded-For", pattern=r"^[A-Za-z][A-Za-z0-9-]*$")
    SERVER_TIMING: bool = False
    SILK: bool = False
    # In development: half of the time of a page of admin.
    DEBUG_TOOLBAR: bool = True
    # What a scraper of /metrics sends as bearer token. Empty: /metrics is only there in development.
    METRICS_TOKEN: str = Field(default="", pattern="^(.{16,})?$")
    # Where spans are sent; needs requirements-otel.txt. The SDK reads it and its other OTEL_... variables by itself.
    OTEL_EXPORTER_OTLP_ENDPOINT: str = ""
    RESPONSE_CACHE: bool = True
    TIME_TRAVEL: bool = False
    LOG_FORMAT: Literal["json", "console"] = "json"
    LOG_LEVEL: str = "INFO"

    EMAIL_URL: Annotated[dict[str, Any], BeforeValidator(mailers_from_url)] = Field("console://", validate_default=True)
    DEFAULT_FROM_EMAIL: str = "Payshift <no-reply@payshift.example>"
    # Whom people may write to; shown in mails. Empty: nobody is named.
    SUPPORT_EMAIL: str = Field(default="", pattern=r"^([^@\s]+@[^@\s]+)?$")
    # Notices on devices that were opted in; messages are signed with the key (`manage.py vapid_key` makes one).
    WEB_PUSH: bool = False
    VAPID_PRIVATE_KEY: str = ""
    # Whom to tell of what staff must look at.
    STAFF_EMAILS: str = ""

    PAYOUT_PROVIDER: Literal["paystack", "flutterwave"] = "paystack"
    PROVIDER_TIMEOUT_SECONDS: float = Field(default=10.0, gt=0, le=60)

    PAYSTACK_SECRET_KEY: str = ""
    PAYSTACK_BASE_URL: str = "https://api.paystack.co"
    FLUTTERWAVE_SECRET_KEY: str = ""
    FLUTTERWAVE_WEBHOOK_HASH: str = ""
    FLUTTERWAVE_BASE_URL: str = "https://api.flutterwave.com/v3"
    # Whose BVN or NIN a number is; without a key nobody is asked.
    PREMBLY_SECRET_KEY: str = ""
    PREMBLY_BASE_URL: str = "https://api.prembly.com"
    # The sandbox gateway speaks for both providers; empty outside development and tests.
    SANDBOX_GATEWAY_URL: str = ""

    @model_validator(mode="after")
    def _sessions_have_a_way(self) -> Self:
        if self.DATABASE_POOLER and self.DATABASE_DIRECT_URL is None:
            raise ValueError("With DATABASE_POOLER set DATABASE_DIRECT_URL: PostgreSQL itself, with the same role.")
        return self

    @model_validator(mode="after")
    def _throttles_hold(self) -> Self:
        if self.THROTTLE_FACTOR != 1 and not self.DEBUG:
            raise ValueError("THROTTLE_FACTOR is for development: without DEBUG it must be 1.")
        return self


def split_list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def redis_cache(url: str, *, sentinels: str, sentinel_password: str) -> dict[str, Any]:
    """Django's settings for the cache: one server, or the one that sentinels name. TLS for all or none (`rediss://`)."""
    patience = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}
    options: dict[str, Any] = {
        "CONNECTION_POOL_CLASS": "core.cache.pool.CachePool",
        **{name.upper(): seconds for name, seconds in patience.items()},
        "IGNORE_EXCEPTIONS": True,
    }
    if sentinels:
        options |= {
            "CONNECTION_FACTORY": "django_redis.pool.SentinelConnectionFactory",
            "CONNECTION_POOL_CLASS": "core.cache.pool.SentinelPool",
            "SENTINELS": [(name, int(port or 26379)) for name, port in map(split_host, split_list(sentinels))],
            "SENTINEL_KWARGS": patience
            | {"password": sentinel_password or None, "retry": Retry(NoBackoff(), 0)}
            | {"ssl": urlsplit(url).scheme == "rediss"},
        }
    return {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": url, "OPTIONS": options}


def pictures(env: Environment) -> dict[str, Any]:
    """Django's settings for where they are kept: the bucket, or the server's disk."""
    if not env.MEDIA_BUCKET:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    options = {
        "bucket_name": env.MEDIA_BUCKET,
        "endpoint_url": env.MEDIA_ENDPOINT,
        "region_name": env.MEDIA_REGION,
        "access_key": env.MEDIA_ACCESS_KEY,
        "secret_key": env.MEDIA_SECRET_KEY,
        "public_url": env.MEDIA_PUBLIC_URL,
    }
    return {"BACKEND": "core.object_storage.ObjectStorage", "OPTIONS": options}


def media_origin(env: Environment) -> str:
    """Whence pages load pictures, if not from this server: the public address, or the one that is signed."""
    if not env.MEDIA_BUCKET:
        return ""
    if address := env.MEDIA_PUBLIC_URL or env.MEDIA_ENDPOINT:
        return "{0.scheme}://{0.netloc}".format(urlsplit(address))
    # Amazon's own: the bucket's name stands in the host's.
    return f"https://{env.MEDIA_BUCKET}.s3.amazonaws.com"


def database(url: str, *, defaults: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Django's settings for a libpq URL: several hosts (`a:5432,b:5432`) and parameters in its query, which go before
    `defaults` and after `options`.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    # urlsplit knows of one port only.
    hosts, ports = zip(*map(split_host, parts.netloc.rpartition("@")[2].split(",")), strict=True)
    return {
        "ENGINE": "core.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # libpq takes a socket directory as host in the query string: postgresql:///name?host=/path
        "HOST": query.pop("host", ",".join(hosts)),
        "PORT": query.pop("port", ",".join(ports) if any(ports) else ""),
        "OPTIONS": {**(defaults or {}), **query, **options},
    }


def split_host(host: str) -> tuple[str, str]:
    """Name and port, which may be absent; an IPv6 address stands in brackets."""
    name, _, port = host.rpartition(":") if ":" in host.rpartition("]")[2] else (host, "", "")
    return name.strip("[]"), port
