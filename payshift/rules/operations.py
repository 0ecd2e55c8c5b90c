"""Numbers of running it: threads, time-outs, retention."""

from pydantic import BaseModel, Field, field_validator

from core.lanes import slots_of


class OperationsRules(BaseModel):
    # Threads of one process that may wait for another request's cached answer: half of granian's 32 blocking threads.
    CACHE_FOLLOWERS: int = Field(default=16, ge=1, le=1000)
    CACHE_HELD_BYTES: int = Field(default=32_000_000, ge=0)
    # Jobs at a time, per lane and worker process. Each takes a thread and, while it runs, a database connection.
    WORKER_SLOTS: str = "codes=2 money=2 work=1 notices=2 bulk=1"
    # Calls to payment providers while a request waits: all of one request together, of one process to one provider, and
    # when a provider that does not answer is left alone, and for how long. Two providers' calls and the followers above
    # leave threads for everything else.
    PROVIDER_REQUEST_SECONDS: float = Field(default=2.0, gt=0, le=30)
    PROVIDER_CALLS_AT_ONCE: int = Field(default=6, ge=1, le=1000)
    PROVIDER_BREAKER_FAILURES: int = Field(default=5, ge=1, le=1000)
    PROVIDER_BREAKER_SECONDS: float = Field(default=15.0, gt=0, le=3600)

    # Where pictures of people are kept; no bucket: on the disk of the server. Without keys the SDK finds its own, as on
    # a machine of the provider that has a role. With a public address they are read there, else by signed ones.
    MEDIA_BUCKET: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$")
    MEDIA_ENDPOINT: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    MEDIA_REGION: str = ""
    MEDIA_ACCESS_KEY: str = ""
    MEDIA_SECRET_KEY: str = ""
    MEDIA_PUBLIC_URL: str = Field(default="", pattern=r"^(https?://\S+)?$")

    # A replica that is further behind is not asked.
    REPLICA_MOST_LAG_SECONDS: float = Field(default=30.0, ge=1, le=3600)

    # Streams of hints (docs/web.md) that one person, and one process, may have open; how often each is checked to be of
    # a log-in that still holds, and sends a sign of life.
    EVENT_STREAMS_PER_PERSON: int = Field(default=8, ge=1, le=1000)
    EVENT_STREAMS_PER_PROCESS: int = Field(default=5000, ge=1, le=1_000_000)
    EVENT_CHECK_SECONDS: float = Field(default=20.0, gt=0, le=60)
    # Who has not taken what was sent after so long is dropped.
    EVENT_SLOW_SECONDS: float = Field(default=10.0, gt=0, le=60)

    # For all of one message to a push service, which is anybody's server.
    PUSH_TIMEOUT_SECONDS: float = Field(default=5.0, gt=0, le=30)

    # After these days rows are deleted, every night: what people were told, and codes and log-ins that are over. Long
    # enough for staff to see what happened when somebody complains.
    KEPT_NOTIFICATIONS_DAYS: int = Field(default=365, ge=30)
    KEPT_CODES_DAYS: int = Field(default=30, ge=7)
    # Who repeats a call under its key after that makes another.
    KEPT_IDEMPOTENCY_KEYS_DAYS: int = Field(default=7, ge=2)
    # Where somebody checked in, for as long as it may be argued about.
    KEPT_POSITIONS_DAYS: int = Field(default=90, ge=14)
    # What is evidence for some time. The database keeps it for the least of these days, whatever is set here.
    KEPT_WEBHOOKS_DAYS: int = Field(default=400, ge=180)
    KEPT_HISTORIES_DAYS: int = Field(default=2555, ge=730)
    # Of the queue: what was done, and what failed, for staff to look at.
    KEPT_JOBS_DAYS: int = Field(default=3, ge=1)
    KEPT_FAILED_JOBS_DAYS: int = Field(default=30, ge=7)
    # Files of rows that staff asked for: as long they are fetched.
    KEPT_EXPORTS_DAYS: int = Field(default=7, ge=1, le=365)

    # Of a log-in to admin, however busy: whoever sits down at an open machine the next morning finds it closed.
    STAFF_SESSION_HOURS: int = Field(default=10, ge=1, le=24 * 14)
    # What staff cannot take back asks for their password when they gave it longer ago.
    STAFF_PROOF_MINUTES: int = Field(default=30, ge=1, le=24 * 60)
    # Admin opens to nobody without a second factor; they switch it on in the app, where the password still lets them.
    STAFF_SECOND_FACTOR: bool = False

    @field_validator("WORKER_SLOTS")
    @classmethod
    def _names_lanes(cls, text: str) -> str:
        slots_of(text)
        return text
