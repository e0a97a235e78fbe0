"""The processes that run yt-dlp are bounded in time and memory, and reach nobody but through us."""

import time
from typing import Any

import pytest

from scraping.providers.ytdlp.messages import Json
from scraping.providers.ytdlp.pool import JobFailed, Pool

POST = "https://www.tiktok.com/@_/video/7100000000000000001"


def refuse(head: Json, body: bytes) -> tuple[Json, bytes]:
    return {"refused": "no"}, b""


def test_a_job_that_takes_too_long_is_killed_and_the_next_one_has_a_fresh_process() -> None:
    pool = Pool(seconds=6)

    def stall(head: Json, body: bytes) -> tuple[Json, bytes]:
        time.sleep(7)
        return {"refused": "late"}, b""

    with pytest.raises(JobFailed):
        pool.run({"url": POST}, stall)
    assert "failed" in pool.run({"url": POST}, refuse)
    pool.close()


def test_a_process_without_memory_fails_its_job_and_no_other(capfd: Any) -> None:
    pool = Pool(megabytes=40)
    with pytest.raises(JobFailed):
        pool.run({"url": POST}, refuse)
    pool.close()


def test_yt_dlp_asks_tiktok_alone_and_only_through_us() -> None:
    asked: list[str] = []

    def note(head: Json, body: bytes) -> tuple[Json, bytes]:
        asked.append(head["url"])
        return {"refused": "no"}, b""

    pool = Pool()
    for url in (POST, "https://example.com/", "http://127.0.0.1:9/", "http://www.tiktok.com/@x/video/7"):
        assert "failed" in pool.run({"url": url}, note)
    pool.close()
    assert set(asked) <= {POST, "https://www.tiktok.com/@x/video/7"}
    assert POST in asked
