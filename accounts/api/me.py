from functools import partial

from django.http.response import HttpResponseBase
from ninja import File, Router, Status, UploadedFile

from accounts.exceptions import IDENTITY, NotAnImage, OpenObligations, RoleFixed, UsernameTaken
from accounts.reads import PROFILE, profile_shown
from accounts.schemas import PROOF, MeOut, MePatch, MessageOut, PublicProfileOut, RoleIn
from accounts.selectors import people
from accounts.services import avatars, profiles
from core.actor import ApiRequest, Role
from core.schemas import problems

router = Router()


@router.get("/me", response={200: MeOut, **problems(401)})
def get_me(request: ApiRequest) -> MeOut:
    """Your account and profile, as only you see it."""
    return MeOut.of(people.me(request.auth))


@router.patch("/me", response={200: MeOut, **problems(401, 422, 429, UsernameTaken, *IDENTITY)})
def update_me(request: ApiRequest, body: MePatch) -> MeOut:
    """Change the fields that are sent. Another name needs the password, or a fresh code; and a bank account that is not
    in it must be set again before the next withdrawal."""
    changes = body.model_dump(exclude_unset=True, exclude=PROOF)
    profiles.update_me(actor=request.auth, changes=changes, **body.model_dump(include=PROOF))
    return MeOut.of(people.me(request.auth))


@router.put("/me/avatar", response={200: MeOut, **problems(401, 413, 422, 429, 503, NotAnImage)})
def set_avatar(request: ApiRequest, file: File[UploadedFile]) -> MeOut:
    """Upload your picture: JPEG, PNG or WebP, at most 5 MB. It is cut to a square and stripped of its metadata."""
    avatars.set_avatar(actor=request.auth, file=file)
    return MeOut.of(people.me(request.auth))


@router.delete("/me/avatar", response={204: None, **problems(401)})
def remove_avatar(request: ApiRequest) -> Status[None]:
    """Have no picture any more."""
    avatars.remove_avatar(actor=request.auth)
    return Status(204, None)


@router.post("/me/role", response={200: MessageOut, **problems(401, 422, OpenObligations, RoleFixed)})
def change_role(request: ApiRequest, body: RoleIn) -> MessageOut:
    """Switch between applicant and client."""
    profiles.change_role(actor=request.auth, role=Role(body.role))
    return MessageOut(detail=f"You are now {body.role}.")


@router.get(PROFILE.path, response={200: PublicProfileOut, **problems(401, 404)})
def get_profile(request: ApiRequest, user_id: int) -> HttpResponseBase:
    """Anybody's public face: names, skills, rating, reliability. Cached for an hour, current after every change."""
    return PROFILE.answer(request, params={"user_id": user_id}, build=partial(profile_shown, user_id))
