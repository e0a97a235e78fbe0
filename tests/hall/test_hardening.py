"""What a deployment can rely on: checks are clean, headers are set, bodies are bounded, logs name no person."""

import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.hall.test_redaction import lines

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "BASE_URL": "https://goat.example",
    "ALLOWED_HOSTS": "goat.example",
    "BEHIND_PROXY": "1",
    "DATABASE_URL": "postgresql:///unused",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def _python(*arguments: str) -> str:
    """What a program of a deployment prints; it must end well."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "trackagoat.settings", **PRODUCTION}
    program = [sys.executable, *arguments]
    ended = subprocess.run(
        program, check=False, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_django_finds_nothing_to_say_about_a_deployment() -> None:
    assert "no issues" in _python("manage.py", "check", "--deploy", "--fail-level", "DEBUG")


def test_a_deployment_hashes_passwords_with_argon2() -> None:
    script = "import django; django.setup(); from django.contrib.auth import hashers; print(hashers.make_password('x'))"
    assert _python("-c", script).startswith("argon2$argon2id$")


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer tga_0"}])
@pytest.mark.parametrize("path", ["/accounts/login/", "/no/such/page", "/api/v1/me", "/healthz"])
def test_every_answer_carries_its_id_and_what_browsers_must_not_do(
    client: Client, path: str, headers: dict[str, str]
) -> None:
    answer = client.get(path, headers=headers)
    assert len(answer["X-Request-ID"]) == 36
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_two_answers_have_different_ids(client: Client) -> None:
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


@pytest.mark.parametrize(("megabytes", "status"), [(12, 403), (12.1, 413)])
@pytest.mark.django_db
def test_a_body_beyond_the_bound_is_refused_unread(megabytes: float, status: int) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        "/accounts/login/", b"", content_type="text/plain", headers={"content-length": str(int(megabytes * 2**20))}
    )
    assert answer.status_code == status
    assert ("At most 12 MB" in answer.content.decode()) == (status == 413)


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["-1", "1e9", "many", ""])
def test_a_length_that_is_none_is_no_reason_to_fall_over(client: Client, length: str) -> None:
    assert client.get("/accounts/login/", headers={"content-length": length}).status_code == 200


@pytest.mark.django_db
def test_logs_name_people_by_id_alone(admin: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        admin.client.get("/", headers={"user-agent": "Goatbrowser/1.0"}, REMOTE_ADDR="203.0.113.9")
    logged = lines(caplog)
    assert str(admin.user.id) in logged
    assert "203.0.113.9" not in logged
    assert "Goatbrowser" not in logged
    assert admin.user.email not in logged


@pytest.mark.django_db
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(admin: Any, elsewhere: str) -> None:
    answer = admin.client.get("/accounts/login/", {"next": elsewhere})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
