"""Reading the profile of an account that is known by its id, wherever its handle has gone since.

TikTok shows profiles by handle alone, and a handle may pass to somebody else; the secUid stays. So an account whose
handle no longer leads to it is found again through its own posts, and another account's numbers are never taken.
"""

from dataclasses import replace

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import AccountData, AccountRef, Capability, Provider


def read_known_profile(provider: Provider, account: AccountRef) -> AccountData:
    """The profile of exactly this account. Raises ScrapeFailure: `not_found` where neither its last known handle nor
    its posts lead to it."""
    try:
        return _checked(provider, account)
    except ScrapeFailure as failure:
        if failure.outcome is not Outcome.NOT_FOUND:
            raise
        handle = _present_handle(provider, account)
        if handle in ("", account.handle):
            raise
        return _checked(provider, replace(account, handle=handle))


def _checked(provider: Provider, account: AccountRef) -> AccountData:
    data = provider.fetch_profile(account)
    if data.account_id != account.account_id:
        detail = f"@{account.handle} belongs to another account now ({data.account_id})"
        raise ScrapeFailure(Outcome.NOT_FOUND, detail)
    return data


def _present_handle(provider: Provider, account: AccountRef) -> str:
    """The handle on the account's newest own post; "" where there is none to see."""
    if not account.sec_uid or Capability.LISTING not in provider.capabilities:
        return ""
    try:
        posts = provider.list_posts(account).posts
    except ScrapeFailure as failure:
        if failure.outcome is Outcome.NOT_FOUND:
            return ""
        raise
    own = [post for post in posts if post.account_id == account.account_id and post.author_handle]
    return max(own, key=lambda post: post.posted_at).author_handle if own else ""
