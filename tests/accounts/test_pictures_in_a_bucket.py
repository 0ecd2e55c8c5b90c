"""Pictures in object storage, by a server that speaks S3 over HTTP."""

import os
import secrets
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer
from PIL import Image

from accounts.faces import small_avatar_name
from accounts.models import CustomUser, Profile
from accounts.services.anonymising import anonymise
from core.object_storage import FOR_EVER, GOOD_SECONDS
from payshift.environment import Environment, media_origin, pictures
from tests.accounts.conftest import Api, problem
from tests.accounts.test_avatar import picture, put
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

KEY, SECRET = "the-key", "the-secret"


class Bucket:
    """The server, and what is in it as its owner sees it."""

    def __init__(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.url = "http://{}:{}".format(*self.server.get_host_and_port())
        keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
        self.client: Any = boto3.client("s3", endpoint_url=self.url, **keys)
        # All servers of one process have the same content.
        self.name = f"payshift-{secrets.token_hex(6)}"
        self.client.create_bucket(Bucket=self.name)

    def names(self) -> list[str]:
        return [each["Key"] for each in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]


def environment(bucket: Bucket, **more: str) -> Environment:
    given = {"MEDIA_BUCKET": bucket.name, "MEDIA_ENDPOINT": bucket.url, "MEDIA_REGION": "us-east-1"}
    keys = {"MEDIA_ACCESS_KEY": KEY, "MEDIA_SECRET_KEY": SECRET}
    needed = {name: os.environ[name] for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")}
    return Environment(**{**needed, **given, **keys, **more})  # type: ignore[arg-type]  # checked by pydantic


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    bucket = Bucket()
    settings.MEDIA_BUCKET = bucket.name
    settings.STORAGES = {**settings.STORAGES, "default": pictures(environment(bucket))}
    yield bucket
    bucket.server.stop()


def test_picture_is_in_the_bucket_and_read_by_a_signed_address(api: Api, wale: CustomUser, bucket: Bucket) -> None:
    body = put(api(wale), picture()).json()

    name = str(Profile.objects.get(user=wale).avatar.name)
    assert bucket.names() == [small_avatar_name(name), name]
    assert bucket.client.head_object(Bucket=bucket.name, Key=name)["CacheControl"] == FOR_EVER
    for url, side in ((body["avatar_url"], 512), (body["avatar_small_url"], 96)):
        signed = parse_qs(urlsplit(url).query)
        assert (signed["X-Amz-Expires"], signed["X-Amz-Algorithm"]) == ([str(GOOD_SECONDS)], ["AWS4-HMAC-SHA256"])
        assert signed["X-Amz-Credential"][0].startswith(f"{KEY}/")
        assert SECRET not in url
        with Image.open(BytesIO(httpx.get(url).content)) as kept:
            assert (kept.format, kept.size) == ("WEBP", (side, side))
    # The same for hours: lists and entity tags do not change by themselves.
    assert api(wale).get("/me").json()["avatar_url"] == body["avatar_url"]


def test_with_a_public_address_pictures_are_read_there(
    api: Api, wale: CustomUser, bucket: Bucket, settings: Any
) -> None:
    public = f"{bucket.url}/{bucket.name}"
    settings.STORAGES = {**settings.STORAGES, "default": pictures(environment(bucket, MEDIA_PUBLIC_URL=f"{public}/"))}

    url = put(api(wale), picture()).json()["avatar_url"]

    name = Profile.objects.get(user=wale).avatar.name
    assert url == f"{public}/{name}"
    bucket.client.put_object_acl(Bucket=bucket.name, Key=name, ACL="public-read")
    assert httpx.get(url).headers["Cache-Control"] == FOR_EVER


def test_new_picture_and_no_picture_leave_nothing_behind(api: Api, wale: CustomUser, bucket: Bucket) -> None:
    client = api(wale)
    put(client, picture())
    put(client, picture())
    assert len(bucket.names()) == 2

    assert client.delete("/me/avatar").status_code == 204

    assert bucket.names() == []


def test_address_from_before_leads_to_the_bucket(api: Api, wale: CustomUser, bucket: Bucket) -> None:
    client = api(wale)
    url = put(client, picture()).json()["avatar_url"]

    answer = client.client.get(f"/media/{Profile.objects.get(user=wale).avatar.name}")

    assert (answer.status_code, answer.headers["Location"]) == (302, url)


def test_upload_while_the_bucket_is_away_is_refused_soon_and_changes_nothing(
    api: Api, wale: CustomUser, bucket: Bucket
) -> None:
    client = api(wale)
    put(client, picture())
    before = Profile.objects.get(user=wale).avatar.name
    bucket.server.stop()

    began = time.monotonic()
    answer = put(client, picture())

    assert problem(answer) == (503, "unavailable")
    assert time.monotonic() - began < 15
    assert Profile.objects.get(user=wale).avatar.name == before


def test_picture_of_a_forgotten_person_goes_when_the_bucket_is_back(
    api: Api, wale: CustomUser, bucket: Bucket, run_jobs: RunJobs, settings: Any
) -> None:
    put(api(wale), picture())
    reachable = settings.STORAGES
    settings.STORAGES = {**reachable, "default": pictures(environment(bucket, MEDIA_ENDPOINT="http://127.0.0.1:1"))}

    anonymise(user_id=wale.pk)

    assert len(bucket.names()) == 2
    settings.STORAGES = reachable
    run_jobs()
    assert bucket.names() == []


def test_removal_while_the_bucket_is_away_is_done_later(
    api: Api, wale: CustomUser, bucket: Bucket, run_jobs: RunJobs, settings: Any
) -> None:
    client = api(wale)
    put(client, picture())
    reachable = settings.STORAGES
    settings.STORAGES = {**reachable, "default": pictures(environment(bucket, MEDIA_ENDPOINT="http://127.0.0.1:1"))}

    assert client.delete("/me/avatar").status_code == 204

    settings.STORAGES = reachable
    run_jobs()
    assert bucket.names() == []


def test_what_is_for_staff_is_read_back_and_never_stands_under_the_public_address(
    bucket: Bucket, settings: Any
) -> None:
    public = environment(bucket, MEDIA_PUBLIC_URL="https://cdn.example")
    settings.STORAGES = {**settings.STORAGES, "default": pictures(public)}

    name = default_storage.save("evidence/a.pdf", ContentFile(b"%PDF-"))

    with default_storage.open(name) as kept:
        assert kept.read() == b"%PDF-"
    assert bucket.client.head_object(Bucket=bucket.name, Key=name)["CacheControl"] == "private, no-store"
    assert default_storage.url(name).startswith(f"{bucket.url}/")
    with pytest.raises(FileNotFoundError):
        default_storage.open("evidence/b.pdf")


@pytest.mark.parametrize(
    ("more", "origin"),
    [
        ({"MEDIA_PUBLIC_URL": "https://cdn.example/pictures"}, "https://cdn.example"),
        ({"MEDIA_ENDPOINT": "https://s3.example"}, "https://s3.example"),
        ({"MEDIA_ENDPOINT": ""}, "https://{bucket}.s3.amazonaws.com"),
        ({"MEDIA_BUCKET": ""}, ""),
    ],
)
def test_pages_may_load_pictures_from_where_they_are(bucket: Bucket, more: dict[str, str], origin: str) -> None:
    assert media_origin(environment(bucket, **more)) == origin.format(bucket=bucket.name)


def test_signed_address_of_amazon_is_of_the_origin_that_pages_may_load_from(bucket: Bucket, settings: Any) -> None:
    amazon = environment(bucket, MEDIA_ENDPOINT="", MEDIA_REGION="us-east-1")
    settings.STORAGES = {**settings.STORAGES, "default": pictures(amazon)}

    assert default_storage.url("avatars/a.webp").startswith(f"{media_origin(amazon)}/avatars/a.webp?")
