"""Where somebody is logged in."""

from datetime import datetime
from typing import Self

from accounts.models import Device
from core.schemas import Out


class DeviceOut(Out):
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime
    is_current: bool

    @classmethod
    def of(cls, device: Device, current_id: int | None) -> Self:
        return cls(
            id=device.pk,
            name=device.name,
            created_at=device.created_at,
            last_used_at=device.last_used_at,
            is_current=device.pk == current_id,
        )
