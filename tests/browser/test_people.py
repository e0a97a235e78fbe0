"""Joining by invitation and signing in with second factors, in a real browser under the content security policy."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page, expect

from tests.browser.entrance import PASSWORD, link_in_mail, sign_up
from tests.browser.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def somebody_else(browser: Browser) -> Iterator[Page]:
    """A window of another person's."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture
def local(product: Product) -> str:
    """The product's address as browsers allow passkeys on it: by a name, not by a number."""
    return product.base_url.replace("127.0.0.1", "localhost")


def _sign_out(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.wait_for_load_state()


def _sign_in(page: Page, base_url: str, address: str) -> None:
    page.goto(f"{base_url}/accounts/login/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _confirm_it_is_me(page: Page) -> None:
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def _code(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_an_invited_person_without_an_account_joins_by_the_link_in_the_mail(
    page: Page, somebody_else: Page, product: Product
) -> None:
    sign_up(page, product, company="Northwind")
    invited = f"{uuid4().hex}@brand.example"
    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("link", name="Members").click()
    page.get_by_label("Email").fill(invited)
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_role("row").filter(has_text=invited).get_by_text("Waiting until")).to_be_visible()

    somebody_else.goto(link_in_mail(product, invited, "/invitations/"))
    somebody_else.get_by_role("link", name="Create an account and join").click()
    expect(somebody_else.get_by_label("Email")).to_have_value(invited)
    somebody_else.get_by_label("Password").fill(PASSWORD)
    somebody_else.get_by_role("button", name="Create account and join").click()

    expect(somebody_else.get_by_role("heading", name="No creators yet")).to_be_visible()
    page.reload()
    expect(page.get_by_role("row").filter(has_text=invited).get_by_text("Member", exact=True)).to_be_visible()
    page.get_by_label(f"Change {invited}").click()
    page.get_by_role("button", name="Remove from organization").click()
    expect(page.get_by_role("row").filter(has_text=invited)).to_have_count(0)
    somebody_else.reload()
    # With DEBUG on, Django shows a page of its own.
    expect(somebody_else.get_by_role("heading", name="404")).to_be_visible()


def test_an_authenticator_app_is_asked_for_at_the_next_sign_in(page: Page, product: Product) -> None:
    address = sign_up(page, product)
    page.goto(f"{product.base_url}/accounts/2fa/")
    page.get_by_role("link", name="Set up").click()
    _confirm_it_is_me(page)
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("code").fill(_code(secret))
    page.get_by_role("button", name="Switch on").click()
    shown = page.locator("#recovery_codes code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()

    _sign_out(page, product.base_url)
    _sign_in(page, product.base_url, address)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.goto(f"{product.base_url}/")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()

    page.get_by_label("code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    page.get_by_label("code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="No creators yet")).to_be_visible()


def test_a_passkey_signs_in_without_a_password(page: Page, product: Product, local: str) -> None:
    address = sign_up(page, product)
    _sign_in(page, local, address)
    expect(page.get_by_role("heading", name="No creators yet")).to_be_visible()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{local}/accounts/2fa/webauthn/add/")
    _confirm_it_is_me(page)
    expect(page.get_by_label("Name")).to_be_visible()
    # The buttons of passkeys do nothing before their scripts have run.
    page.wait_for_load_state()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Let it sign in by itself, without my password").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{local}/accounts/2fa/webauthn/")
    expect(page.get_by_role("row").filter(has_text="Laptop").get_by_text("By itself")).to_be_visible()

    _sign_out(page, local)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="No creators yet")).to_be_visible()

    # And as a second step after the password.
    _sign_out(page, local)
    _sign_in(page, local, address)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_role("heading", name="No creators yet")).to_be_visible()


def test_where_a_browser_offers_no_passkeys_the_page_says_why(page: Page, product: Product) -> None:
    page.goto(f"{product.base_url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text(re.compile("on https and on localhost only"))).to_be_visible()
