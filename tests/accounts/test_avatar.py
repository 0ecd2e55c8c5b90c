"""PUT /me/avatar: whatever is sent, what is kept is a square WebP that we drew ourselves."""

import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image, ImageOps

from accounts.exceptions import NotAnImage
from accounts.faces import small_avatar_name
from accounts.models import CustomUser, Profile
from accounts.services import avatars
from core.actor import Actor, Role
from tests.accounts.conftest import Api, problem
from tests.support.api_client import ApiClient
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "avatars"


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any) -> bytes:
    drawn = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(drawn, kind, **options)
    return drawn.getvalue()


def put(client: ApiClient, content: bytes, name: str = "me.png") -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, content)})
    return client.client.put(
        "/api/me/avatar", body, content_type=MULTIPART_CONTENT, headers={"Authorization": f"Bearer {client.token}"}
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_becomes_a_square_webp_of_a_random_name(api: Api, wale: CustomUser, media: Path, kind: str) -> None:
    response = put(api(wale), picture(kind), "../../etc/passwd.png")

    assert response.status_code == 200
    small, file = sorted(media.iterdir())
    assert response.json()["avatar_url"] == f"/media/avatars/{file.name}"
    assert response.json()["avatar_small_url"] == f"/media/avatars/{small.name}"
    assert (len(file.stem), small.stem) == (32, f"{file.stem}-96")
    for kept_file, side in ((file, 512), (small, 96)):
        with Image.open(kept_file) as kept:
            assert (kept.format, kept.size, kept.mode) == ("WEBP", (side, side), "RGB")


def test_url_serves_the_picture_for_ever_and_nothing_else(
    api: Api, anonymous_api: ApiClient, wale: CustomUser, media: Path
) -> None:
    url = put(api(wale), picture()).json()["avatar_url"]
    (media.parent / "secret.txt").write_text("secret")

    response = anonymous_api.client.get(url)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"".join(response.streaming_content)[8:12] == b"WEBP"  # type: ignore[attr-defined]
    response.close()
    for path in ("/media/secret.txt", "/media/avatars/", "/media/avatars/../secret.txt", f"{url}.bak"):
        assert anonymous_api.client.get(path).status_code == 404


def test_small_address_of_an_older_picture_serves_the_large_one(
    api: Api, anonymous_api: ApiClient, wale: CustomUser, media: Path
) -> None:
    shown = put(api(wale), picture()).json()
    small, large = sorted(media.iterdir())
    small.unlink()

    response = anonymous_api.client.get(shown["avatar_small_url"])

    assert b"".join(response.streaming_content) == large.read_bytes()  # type: ignore[attr-defined]
    response.close()


def test_metadata_does_not_come_along_but_the_picture_stays_upright(api: Api, wale: CustomUser, media: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Tecno"
    half = Image.new("RGB", (400, 400), "red")
    half.paste("blue", (0, 0, 200, 400))
    drawn = BytesIO()
    half.save(drawn, "JPEG", exif=exif, comment=b"6.5095, 3.3711")

    put(api(wale), drawn.getvalue())

    _, file = sorted(media.iterdir())
    with Image.open(file) as kept:
        assert dict(kept.getexif()) == {}
        top, bottom = kept.getpixel((256, 40)), kept.getpixel((256, 470))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > 200 > top[0]
    assert bottom[0] > 200 > bottom[2]
    assert b"Tecno" not in file.read_bytes()
    assert b"6.5095" not in file.read_bytes()


def test_transparent_picture_gets_a_white_ground(api: Api, wale: CustomUser, media: Path) -> None:
    put(api(wale), picture(mode="RGBA"))

    _, file = sorted(media.iterdir())
    with Image.open(file) as kept:
        assert kept.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.django_db(transaction=True)
def test_new_picture_replaces_the_old_file(api: Api, wale: CustomUser, media: Path) -> None:
    client = api(wale)
    first = put(client, picture()).json()["avatar_url"]
    second = put(client, picture()).json()["avatar_url"]

    assert first != second
    stem = second.rsplit("/", 1)[1].removesuffix(".webp")
    assert sorted(file.name for file in media.iterdir()) == [f"{stem}-96.webp", f"{stem}.webp"]
    assert Profile.objects.get(user=wale).avatar.name == f"avatars/{second.rsplit('/', 1)[1]}"


@pytest.mark.django_db(transaction=True)
def test_removed_picture_is_gone_from_profile_and_disk_at_once(
    api: Api, wale: CustomUser, ada: CustomUser, media: Path
) -> None:
    client, reader = api(wale), api(ada)
    url = put(client, picture()).json()["avatar_url"]
    hers = put(reader, picture()).json()["avatar_url"]
    assert reader.get(f"/get-profile/{wale.pk}").json()["avatar_url"] == url

    assert [client.delete("/me/avatar").status_code for _ in range(2)] == [204, 204]

    assert client.get("/me").json()["avatar_url"] is None
    assert reader.get(f"/get-profile/{wale.pk}").json()["avatar_url"] is None
    assert client.client.get(url).status_code == 404
    assert client.client.get(small_avatar_name(url)).status_code == 404
    assert sorted(f"/media/avatars/{file.name}" for file in media.iterdir()) == [small_avatar_name(hers), hers]


def crc(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def bomb(width: int, height: int) -> bytes:
    """A few bytes of PNG that promise many pixels."""
    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + crc(b"IHDR", header) + crc(b"IDAT", zlib.compress(b"\x00" * 1000)) + crc(b"IEND", b"")


BAD = {
    "nothing": b"",
    "text": b"<script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "half": picture("JPEG")[:400],
    "head only": picture()[:33],
    "too wide": picture(size=(4097, 10)),
    "bomb": bomb(30_000, 30_000),
    "lesser bomb": bomb(10_000, 10_000),
    "short": bomb(4000, 4000),
    "too many bytes": picture() + b"\x00" * (5 * 1024 * 1024),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_good_picture_is_refused_and_changes_nothing(
    api: Api, wale: CustomUser, media: Path, name: str
) -> None:
    response = put(api(wale), BAD[name])

    assert problem(response) in {(422, "not_an_image"), (422, "invalid_input")}
    assert not media.exists()
    assert Profile.objects.get(user=wale).avatar.name == ""


def test_broken_pictures_of_every_sort_are_refused_as_such() -> None:
    """Cut and bent at many places, a file is either drawn or refused; nothing else escapes the decoder."""
    for kind in ("PNG", "JPEG", "WEBP"):
        whole = picture(kind, size=(64, 64))
        for position in range(0, len(whole), max(1, len(whole) // 40)):
            for broken in (whole[:position], whole[:position] + b"\xff\x00" + whole[position + 2 :]):
                try:
                    assert avatars.encode_avatar(broken)[8:12] == b"WEBP"
                except NotAnImage:
                    continue


def test_largest_side_is_kept(api: Api, wale: CustomUser) -> None:
    assert put(api(wale), picture(size=(4096, 100))).status_code == 200


def test_file_of_a_refused_change_does_not_stay(wale: CustomUser, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(profile: Profile, **options: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Profile, "save", refuse)
    with pytest.raises(RuntimeError):
        avatars.set_avatar(actor=Actor(wale.pk, Role.APPLICANT), file=BytesIO(picture()))

    assert list(media.iterdir()) == []


def test_form_without_a_file_is_refused(api: Api, wale: CustomUser) -> None:
    assert problem(api(wale).put("/me/avatar", {"file": "x"})) == (422, "invalid_input")


def test_anonymous_upload_is_refused(anonymous_api: ApiClient, media: Path) -> None:
    assert problem(put(anonymous_api, picture())) == (401, "unauthenticated")
    assert not media.exists()


def test_pictures_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight at once would unpack to hundreds of megabytes: a small file is no small picture."""
    whole = picture(size=(2048, 2048), mode="RGBA")
    turn = ImageOps.exif_transpose
    inside, most = 0, 0

    def watch(image: Image.Image) -> Image.Image:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        turned = turn(image)
        inside -= 1
        return turned

    monkeypatch.setattr(ImageOps, "exif_transpose", watch)
    # However slow the machine is.
    monkeypatch.setattr(avatars, "WAIT_SECONDS", 60)
    outcomes = race(*[lambda: avatars.encode_avatar(whole)] * 8)

    assert errors_of(outcomes) == []
    assert most == 1


@pytest.mark.django_db(transaction=True)
def test_uploads_are_throttled_and_the_last_picture_stays(
    api: Api, wale: CustomUser, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(avatars.UPLOADS_PER_ACCOUNT, "_limit", 2)
    client = api(wale)
    kept = [put(client, picture(size=(10, 10))).json()["avatar_url"] for _ in range(2)][-1]

    assert problem(put(client, picture(size=(10, 10)))) == (429, "too_many_requests")
    assert sorted(f"/media/avatars/{file.name}" for file in media.iterdir()) == [small_avatar_name(kept), kept]


def progressive_with(scans: int, size: tuple[int, int] = (256, 256)) -> bytes:
    """The attacker's picture: its last scan, 33 bytes, again and again."""
    drawn = BytesIO()
    Image.new("L", size, 128).save(drawn, "JPEG", progressive=True)
    whole = drawn.getvalue()
    last = whole.rindex(avatars.START_OF_SCAN)
    return whole[:-2] + whole[last:-2] * scans + whole[-2:]


def test_jpeg_of_very_many_scans_is_refused_before_it_is_decoded(
    api: Api, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(data: bytes) -> Image.Image:
        raise AssertionError("it would have taken half a minute")

    monkeypatch.setattr(avatars, "_decode", decode)

    answer = put(api(wale), progressive_with(2000), "me.jpg")

    assert problem(answer) == (422, "not_an_image")


def test_progressive_jpeg_as_encoders_make_them_is_taken(api: Api, wale: CustomUser) -> None:
    assert put(api(wale), progressive_with(0), "me.jpg").status_code == 200


@pytest.mark.parametrize("size", [(6000, 4000), (8160, 6120)])
def test_large_photo_of_a_phone_is_decoded_at_a_fraction_of_its_size(
    api: Api, wale: CustomUser, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[tuple[int, int]] = []
    transpose = ImageOps.exif_transpose

    def note_size(image: Image.Image) -> Image.Image:
        decoded.append(image.size)
        return transpose(image)

    monkeypatch.setattr(ImageOps, "exif_transpose", note_size)

    assert put(api(wale), picture("JPEG", size), "me.jpg").status_code == 200
    [(width, height)] = decoded
    # A half or a quarter of each side, so that a square of 1,024 still fits.
    assert width * height <= size[0] * size[1] / 4


@pytest.mark.parametrize(
    ("size", "options"), [((8200, 6200), {}), ((6000, 4000), {"progressive": True})], ids=["pixels", "progressive"]
)
def test_what_would_need_too_much_memory_is_refused(
    api: Api, wale: CustomUser, size: tuple[int, int], options: dict[str, Any]
) -> None:
    assert problem(put(api(wale), picture("JPEG", size, **options), "me.jpg")) == (422, "not_an_image")


def test_upload_waits_for_others_two_seconds_at_most(
    api: Api, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(avatars, "WAIT_SECONDS", 0.01)

    with avatars._one_at_a_time:
        answer = put(api(wale), picture())

    assert problem(answer) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
