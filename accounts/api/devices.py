from ninja import Query, Router, Status

from accounts.schemas import DeviceOut
from accounts.selectors.people import devices_of
from accounts.services import sessions
from core.actor import ApiRequest
from core.errors import InvalidCursor
from core.pagination import PageOut, PageQuery
from core.schemas import problems

router = Router()


@router.get("/auth/devices", response={200: PageOut[DeviceOut], **problems(401, 422, InvalidCursor)})
def list_devices(request: ApiRequest, page: Query[PageQuery]) -> PageOut[DeviceOut]:
    """Where you are logged in, the newest log-in first."""
    devices = devices_of(request.auth, page=page)
    return PageOut[DeviceOut](
        items=[DeviceOut.of(device, request.auth.device_id) for device in devices.items],
        next_cursor=devices.next_cursor,
    )


@router.delete("/auth/devices/{int:device_id}", response={204: None, **problems(401, 404)})
def end_device(request: ApiRequest, device_id: int) -> Status[None]:
    """Log one of your devices out."""
    sessions.revoke_device(actor=request.auth, device_id=device_id)
    return Status(204, None)
