from ninja import Router, Status

from accounts.schemas import DeviceOut, DevicesOut
from accounts.selectors.people import devices_of
from accounts.services import sessions
from core.actor import ApiRequest
from core.schemas import problems

router = Router()


@router.get("/auth/devices", response={200: DevicesOut, **problems(401)})
def list_devices(request: ApiRequest) -> DevicesOut:
    """Where you are logged in, last used first."""
    actor = request.auth
    return DevicesOut(items=[DeviceOut.of(device, actor.device_id) for device in devices_of(actor)])


@router.delete("/auth/devices/{int:device_id}", response={204: None, **problems(401, 404)})
def end_device(request: ApiRequest, device_id: int) -> Status[None]:
    """Log one of your devices out."""
    sessions.revoke_device(actor=request.auth, device_id=device_id)
    return Status(204, None)
