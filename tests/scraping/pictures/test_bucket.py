"""The store of pictures in a bucket, as PICTURES_BUCKET sets it up: a server of this test speaks S3's protocol."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from django.test import Client
from moto.server import ThreadedMotoServer

from scraping.models import PictureCopy
from scraping.pictures.copies import SIZES, path_of
from scraping.services.picture_store import DROPPED_FOR, UNUSED_FOR, file_of
from tests.conftest import NOW
from tests.scraping.pictures.test_copies import made
from tests.scraping.pictures.test_keeping import FIRST, Source, copy, key_of, want
from videos.services.pictures import delete_unused_pictures

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
ROOT = Path(__file__).resolve().parents[3]
BUCKET = "pictures-of-ours"
KEY = key_of(made())
NAMES = sorted(file_of(KEY, size) for size in SIZES)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a server that speaks S3, on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(endpoint: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty bucket that pictures are stored in, by nothing but the environment."""
    variables = {
        "AWS_ACCESS_KEY_ID": "only-for-tests",
        "AWS_SECRET_ACCESS_KEY": "only-for-tests",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL_S3": endpoint,
        "PICTURES_BUCKET": BUCKET,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code = "import json; from django.conf import settings; print(json.dumps(settings.STORAGES))"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    told = subprocess.run(command, cwd=ROOT, env=dict(os.environ), check=True, capture_output=True, text=True)
    settings.STORAGES = json.loads(told.stdout)
    made_anew = boto3.resource("s3").Bucket(BUCKET)
    made_anew.create(CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield made_anew
    made_anew.objects.all().delete()
    made_anew.delete()


def names_in(bucket: Any) -> list[str]:
    return sorted(one.key for one in bucket.objects.all())


def test_a_picture_is_stored_in_the_bucket_served_from_it_and_deleted_from_it(bucket: Any) -> None:
    want(FIRST)
    copy(Source(aaa=made()))
    assert names_in(bucket) == NAMES

    shown = Client().get(path_of(KEY, 480))
    assert (shown.status_code, shown["content-type"]) == (200, "image/webp")
    assert shown.content == bucket.Object(file_of(KEY, 480)).get()["Body"].read()
    assert Client().get(path_of(key_of(b"no"), 480)).status_code == 404

    delete_unused_pictures(NOW + UNUSED_FOR)
    delete_unused_pictures(NOW + UNUSED_FOR + DROPPED_FOR)
    assert (names_in(bucket), PictureCopy.objects.count()) == ([], 0)
    assert Client().get(path_of(KEY, 480)).status_code == 404


def test_what_is_in_the_bucket_already_is_not_sent_again(bucket: Any) -> None:
    want(FIRST)
    copy(Source(aaa=made()))
    before = {one.key: one.last_modified for one in bucket.objects.all()}
    storages["pictures"].delete(file_of(KEY, SIZES[0]))
    want(FIRST.replace("aaa", "bbb"))
    copy(Source(bbb=made()))
    after = {one.key: one.last_modified for one in bucket.objects.all()}
    assert sorted(after) == NAMES
    assert {name: after[name] for name in NAMES if name != file_of(KEY, SIZES[0])}.items() <= before.items()
