"""Links sent by mail are secrets: no log line shows one."""

import logging

import pytest
from django.conf import settings
from django.test import Client
from structlog.stdlib import ProcessorFormatter

SECRET = "1a-cq2x9k-0123456789abcdef"


def lines(caplog: pytest.LogCaptureFixture) -> str:
    """What the configured formatter makes of everything that was logged."""
    formatter = ProcessorFormatter(**{k: v for k, v in settings.LOGGING["formatters"]["lines"].items() if k != "()"})
    return "\n".join(formatter.format(record) for record in caplog.records)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"/accounts/password/reset/key/{SECRET}/", f"/accounts/confirm-email/{SECRET}/"])
def test_a_link_that_was_sent_by_mail_is_not_logged(
    client: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.INFO):
        client.get(path)
    logged = lines(caplog)
    assert "/[hidden]/" in logged
    assert SECRET not in logged


@pytest.mark.django_db
def test_other_addresses_are_logged_as_they_are(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/accounts/login/?next=/o/")
    assert "/accounts/login/?next=/o/" in lines(caplog)
