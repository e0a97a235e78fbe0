"""The way into a running product, as people take it: with the mails it sends."""

import re
import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.product import Product

# What Django's file backend writes after each mail.
SEPARATOR = re.compile(rb"^-{79}$", re.MULTILINE)
PASSWORD = "long and unusual 1"


def mails_to(product: Product, address: str) -> list[EmailMessage]:
    """The mails that the product has sent to an address, oldest first."""
    files = sorted(product.mails.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
    texts = (text for file in files for text in SEPARATOR.split(file.read_bytes()) if text.strip())
    mails = (BytesParser(policy=default).parsebytes(text.lstrip()) for text in texts)
    return [mail for mail in mails if mail["To"] == address]


def link_in_mail(product: Product, address: str, beginning: str) -> str:
    """The newest link to a path of the product that was mailed to an address; waits for the mail."""
    pattern = re.compile(rf"https?://[^/\s]+({re.escape(beginning)}[^\s\"<]+)")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        texts = [str(mail.get_body(("plain",))) for mail in mails_to(product, address)]
        links = [found[1] for text in texts if (found := pattern.search(text))]
        if links:
            return product.base_url + links[-1]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address} with a link to {beginning}")


def sign_up(page: Page, product: Product, *, company: str = "Acme Skin", project: str = "Q1 Brand Program") -> str:
    """Create an account, confirm its address, name the first project; returns the address."""
    address = f"{uuid4().hex}@acme.example"
    page.goto(f"{product.base_url}/accounts/signup/")
    page.get_by_label("Company or brand").fill(company)
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(link_in_mail(product, address, "/accounts/confirm-email/"))
    page.get_by_role("button", name="Yes, confirm it").click()
    page.get_by_label("Name").fill(project)
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name="No creators yet")).to_be_visible()
    page.wait_for_load_state()
    return address
