"""What people paste and what TikTok links look like: handles, profile, post and short links, ids.

Pure functions. Every error is a `GrammarError` whose text can stand beside a form field.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from scraping.providers.interface import PostKind

MAX_ID = 2**63 - 1
MAX_INPUT = 2_000

SITE_HOSTS = frozenset({"tiktok.com", "www.tiktok.com", "m.tiktok.com"})
SHARE_HOSTS = frozenset({"tiktokv.com", "www.tiktokv.com", "m.tiktokv.com"})
SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})

# TikTok gives out 2 to 24 characters; one character and up to 30 exist from earlier days.
_HANDLE = re.compile(r"[a-z0-9_.]{0,29}[a-z0-9_]")
_ID = re.compile(r"[1-9][0-9]{0,18}")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
# A host name and nothing else: a port, a user name, a trailing dot or a look-alike letter is somebody else's link.
_TIKTOK_HOST = re.compile(r"(?:[a-z0-9-]+\.)*tiktokv?\.com")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# An account's internal name, which TikTok's own links sometimes carry in the handle's place.
_SEC_UID = re.compile(r"MS4wLjABAAAA[A-Za-z0-9_-]{20,}")
_POST_FORMS = (
    re.compile(r"@(?P<name>[^/]*)/(?P<kind>video|photo)/(?P<id>[^/]+)"),
    re.compile(r"(?P<name>)(?P<kind>video)/(?P<id>[^/]+)"),
    re.compile(r"(?P<name>)(?P<kind>)v/(?P<id>[^/]+)\.html"),
    re.compile(r"(?P<name>)(?P<kind>)(?:share/video|embed|embed/v2|player/v1)/(?P<id>[^/@]+)"),
)


class GrammarError(ValueError):
    """What was pasted cannot be used; the text says why, in plain words."""

    sentence = "This is not a TikTok account or post."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class InvalidHandle(GrammarError):
    """Neither a link nor something TikTok accepts as a handle."""

    sentence = "A TikTok handle has up to 24 letters, digits, underscores and periods, and does not end with a period."


class NotTikTok(GrammarError):
    """A link to another site, a link in disguise, or no link at all where one is needed."""

    sentence = "This is not a link to TikTok. Links start with https://www.tiktok.com/."


class HomePage(GrammarError):
    """TikTok's front page: dead short links end there."""

    sentence = "This link leads to TikTok's home page. Paste the full link of the account or post."


class NotAnAccount(GrammarError):
    """A TikTok link that names no account."""

    sentence = "This TikTok link does not name an account. Paste the account's handle or its profile link."


class NotAPost(GrammarError):
    """A TikTok link that names no post."""

    sentence = "This TikTok link does not name a post. Paste the link of a video or photo post."


class InvalidPostId(GrammarError):
    """A post link whose number cannot be one of TikTok's ids."""

    sentence = "The number in this link is not a TikTok post. Copy the link again from TikTok."


@dataclass(frozen=True, slots=True)
class AccountReference:
    """An account by its handle: lower case, without @."""

    handle: str


@dataclass(frozen=True, slots=True)
class PostReference:
    """A post by its id. `handle` and `kind` are None where the link does not tell them."""

    post_id: int
    handle: str | None
    kind: PostKind | None


@dataclass(frozen=True, slots=True)
class ShortLink:
    """A link that only TikTok can resolve; `url` is its canonical https form, `code` the part that identifies it."""

    url: str
    code: str


@dataclass(frozen=True, slots=True)
class _Link:
    host: str
    path: str


def parse_handle(text: str) -> str:
    """The stored form of a handle (lower case, no @). Raises `InvalidHandle`."""
    handle = text.strip().removeprefix("@")
    if handle.isascii() and _HANDLE.fullmatch(handle.lower()):
        return handle.lower()
    raise InvalidHandle


def parse_account(text: str) -> AccountReference | ShortLink:
    """The account meant by a handle or by any TikTok link that names one. Raises `GrammarError`."""
    text = text.strip()
    if not _looks_like_link(text):
        return AccountReference(parse_handle(text))
    link = _parse_link(text)
    short = _short_link(link)
    if short:
        return short
    first, _, rest = link.path.removeprefix("embed/").partition("/")
    # "@_" before a post stands for "whoever": it names nobody.
    nameless = (first in {"@", "@_"} and rest) or _SEC_UID.fullmatch(first[1:])
    if not first.startswith("@") or nameless or link.host not in SITE_HOSTS:
        raise NotAnAccount
    return AccountReference(parse_handle(first))


def parse_post(text: str) -> PostReference | ShortLink:
    """The post meant by a TikTok link. Raises `GrammarError`."""
    link = _parse_link(text.strip())
    short = _short_link(link)
    if short:
        return short
    for form in _POST_FORMS:
        match = form.fullmatch(link.path) if _may_hold_posts(link) else None
        if match:
            kind = PostKind(match["kind"]) if match["kind"] else None
            return PostReference(parse_id(match["id"]), _handle_in_post_link(match["name"]), kind)
    raise NotAPost


def parse_id(text: str) -> int:
    """A TikTok id, which is sent as a string of digits, as a whole number. Raises `InvalidPostId`."""
    if _ID.fullmatch(text) and int(text) <= MAX_ID:
        return int(text)
    raise InvalidPostId


def posted_at_from_id(post_id: int) -> datetime:
    """When a post was uploaded, in whole seconds of UTC, from the upper half of its id.

    TikTok's own `createTime` is later by seconds (1 to 122 in known posts): use this only where that is missing.
    """
    return datetime.fromtimestamp(post_id >> 32, UTC)


def profile_url(handle: str) -> str:
    """The canonical address of an account's page."""
    return f"https://www.tiktok.com/@{handle}"


def post_url(handle: str | None, post_id: int, kind: str | None = None) -> str:
    """The canonical address of a post; TikTok accepts `_` for a handle that is not known."""
    return f"https://www.tiktok.com/@{handle or '_'}/{kind or PostKind.VIDEO}/{post_id}"


def is_tiktok_host(host: str) -> bool:
    """Whether a host, in lower case and without a port, is one of TikTok's own."""
    return _TIKTOK_HOST.fullmatch(host) is not None


def _looks_like_link(text: str) -> bool:
    return "/" in text or text.lower() in SITE_HOSTS | SHARE_HOSTS | SHORT_HOSTS


def _parse_link(text: str) -> _Link:
    """Host and path of a link to TikTok. Raises `NotTikTok` for anything else, `HomePage` for the front page."""
    if len(text) > MAX_INPUT or _UNSAFE.search(text):
        raise NotTikTok
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
    except ValueError as error:
        raise NotTikTok from error
    host = parts.netloc.lower()
    if parts.scheme not in {"http", "https"} or not parts.netloc.isascii() or not is_tiktok_host(host):
        raise NotTikTok
    # Sharing tools write "@" as "%40"; a slash that was escaped stays part of its segment and so fits no form.
    segments = (unquote(segment).replace("/", "\\") for segment in parts.path.split("/") if segment)
    path = "/".join(segments)
    if not path and host in SITE_HOSTS | SHARE_HOSTS | SHORT_HOSTS:
        raise HomePage
    return _Link(host, path)


def _may_hold_posts(link: _Link) -> bool:
    return link.host in SITE_HOSTS or (link.host in SHARE_HOSTS and link.path.startswith("share/video/"))


def _short_link(link: _Link) -> ShortLink | None:
    """The short link that this is, if it is one."""
    if link.host in SHORT_HOSTS and _CODE.fullmatch(link.path):
        return ShortLink(f"https://{link.host}/{link.path}/", link.path)
    code = link.path.removeprefix("t/")
    if link.host in SITE_HOSTS and code != link.path and _CODE.fullmatch(code):
        return ShortLink(f"https://www.tiktok.com/t/{code}/", code)
    return None


def _handle_in_post_link(name: str) -> str | None:
    """The handle in a post's link, which the post's id makes optional: `_`, nothing or an internal id name nobody."""
    if name in {"", "_"} or _SEC_UID.fullmatch(name):
        return None
    return parse_handle(name)
