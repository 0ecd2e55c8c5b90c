"""The variables of the gateway's own process."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxEnvironment(BaseSettings):
    """Every variable of the gateway. The control API changes modes and times at run time."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore")

    # auto: the gateway's thread sends and settles what is due; manual: only the control API does.
    SANDBOX_WEBHOOKS: Literal["auto", "manual"] = "auto"
    SANDBOX_SETTLING: Literal["auto", "manual"] = "auto"
    SANDBOX_SETTLE_SECONDS: float = Field(default=2.0, ge=0)
    # The providers' retry schedules run this many times faster: an hour is ten seconds.
    SANDBOX_TIME_FACTOR: float = Field(default=360.0, gt=0)
    SANDBOX_OPENING_BALANCE_KOBO: int = Field(default=0, ge=0)


sandbox = SandboxEnvironment()
