"""TikTok's API for developers, behind `/official`: tokens for consents, and what they open, with exact counts.

Any client is known but those whose key ends in `-invalid`.
"""

from collections.abc import Callable
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scraping.simulator.answers import LISTING, Payload, answer
from scraping.simulator.consents import ACCESS, CODE, LIFETIMES, REFRESH, Consents, Given
from scraping.simulator.faults import Faults, Source, Target
from scraping.simulator.stage import Stage
from scraping.simulator.tiktok import base_url
from scraping.simulator.web import Json
from scraping.simulator.world import Account, Post

FOLDER = "/official"
MOST_PER_PAGE = 20
_BASIC = ("open_id", "union_id", "avatar_url", "avatar_url_100", "avatar_large_url", "display_name")
_PROFILE = ("bio_description", "profile_deep_link", "is_verified", "username")
_STATS = ("follower_count", "following_count", "likes_count", "video_count")
# Which consent each field of an account needs.
_NEEDS = (
    dict.fromkeys(_BASIC, "user.info.basic")
    | dict.fromkeys(_PROFILE, "user.info.profile")
    | dict.fromkeys(_STATS, "user.info.stats")
)


class Refused(Exception):
    """An error in the API's own words, with its HTTP status."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.payload = Payload(LISTING, {"data": {}, "error": _error(code)}, status)


class OfficialApi:
    """The API."""

    def __init__(self, stage: Stage, consents: Consents, faults: Faults) -> None:
        self.consents = consents
        self._stage = stage
        self._faults = faults

    def routes(self) -> list[Route]:
        """Every address of the API."""
        return [
            Route(f"{FOLDER}/v2/oauth/token/", self.token, methods=["POST"]),
            Route(f"{FOLDER}/v2/oauth/revoke/", self.revoke, methods=["POST"]),
            Route(f"{FOLDER}/v2/user/info/", self.account),
            Route(f"{FOLDER}/v2/video/list/", self.posts, methods=["POST"]),
            Route(f"{FOLDER}/v2/video/query/", self.chosen_posts, methods=["POST"]),
        ]

    async def token(self, request: Request) -> Response:
        """Tokens for a code or for a refresh token, each of which is good for one time."""
        asked = dict(parse_qsl((await request.body()).decode()))
        return await answer(self._faults, Target.OAUTH, set(), lambda: self._tokens(asked), Source.OFFICIAL)

    def _tokens(self, asked: dict[str, str]) -> Payload:
        if asked.get("client_key", "-invalid").endswith("-invalid") or not asked.get("client_secret"):
            return _oauth_error("invalid_client")
        at = self._stage.clock.now()
        kinds = {"authorization_code": (CODE, "code"), "refresh_token": (REFRESH, "refresh_token")}
        kind, name = kinds.get(asked.get("grant_type", ""), ("", ""))
        if not kind:
            return _oauth_error("unsupported_grant_type")
        given = self.consents.read(kind, asked.get(name, ""), at)
        is_theirs = given and given.client_key == asked["client_key"]
        if given is None or not is_theirs or (kind == CODE and given.redirect_uri != asked.get("redirect_uri")):
            return _oauth_error("invalid_grant")
        self.consents.use_up(asked[name])
        return Payload(LISTING, self._grant(self.consents.renewed(given), at))

    def _grant(self, given: Given, at: int) -> Json:
        return {
            "access_token": self.consents.token(ACCESS, given, at),
            "expires_in": LIFETIMES[ACCESS],
            "open_id": self.consents.open_id(given.index, given.client_key),
            "refresh_expires_in": LIFETIMES[REFRESH],
            "refresh_token": self.consents.token(REFRESH, given, at),
            "scope": ",".join(given.scopes),
            "token_type": "Bearer",
        }

    async def revoke(self, request: Request) -> Response:
        """The consent behind an access token is over."""
        asked = dict(parse_qsl((await request.body()).decode()))
        given = self.consents.read(ACCESS, asked.get("token", ""), self._stage.clock.now())
        if given is None:
            return _oauth_error("invalid_grant").response()
        self.consents.take_back(given.index)
        return Response("")

    async def account(self, request: Request) -> Response:
        """The numbers of the account behind the token."""
        return await self._answer(request, Target.PROFILE, lambda given: self._account(request, given))

    def _account(self, request: Request, given: Given) -> Json:
        fields = _fields(request, _NEEDS)
        if {_NEEDS[field] for field in fields} - set(given.scopes):
            raise Refused("scope_not_authorized", 401)
        account, at = self._stage.world.account(given.index), self._stage.clock.now()
        profile = self._stage.profile(account, at)
        picture = f"{base_url(request)}/img/avatar/{account.account_id}.jpeg"
        user = dict.fromkeys(("avatar_url", "avatar_url_100", "avatar_large_url"), picture) | {
            "open_id": self.consents.open_id(given.index, given.client_key),
            "union_id": self.consents.open_id(given.index, ""),
            "display_name": account.member.nickname,
            "bio_description": account.member.bio,
            "profile_deep_link": f"https://www.tiktok.com/@{profile.handle}",
            "is_verified": account.member.verified,
            "username": profile.handle,
            "follower_count": profile.followers,
            "following_count": profile.following,
            "likes_count": profile.total_likes,
            "video_count": profile.video_count,
        }
        return {"user": {field: user[field] for field in fields}}

    async def posts(self, request: Request) -> Response:
        """A page of the account's posts, older than `cursor`."""
        asked = await _wanted(request)
        return await self._answer(request, Target.LISTING, lambda given: self._posts(request, given, asked))

    def _posts(self, request: Request, given: Given, asked: Json) -> Json:
        account, at = self._readable(given), self._stage.clock.now()
        size = min(MOST_PER_PAGE, int(asked.get("max_count", 10)))
        until = min(at, (int(asked["cursor"]) - 1) // 1000) if asked.get("cursor") else at
        listed = (post for post in account.newest(until) if self._stage.listed(post, at))
        found = list(islice(listed, size + 1))
        shown = [self._post(request, post) for post in found[:size]]
        oldest = found[:size][-1].posted_at * 1000 if shown else at * 1000
        return {"videos": shown, "cursor": oldest, "has_more": len(found) > size}

    async def chosen_posts(self, request: Request) -> Response:
        """Those of the account's posts that are asked for by id and shown to everybody."""
        asked = await _wanted(request)
        return await self._answer(request, Target.VIDEO, lambda given: self._chosen(request, given, asked))

    def _chosen(self, request: Request, given: Given, asked: Json) -> Json:
        account, at = self._readable(given), self._stage.clock.now()
        ids = asked.get("filters", {}).get("video_ids", [])
        if not 1 <= len(ids) <= MOST_PER_PAGE:
            raise Refused("invalid_params")
        posts = [self._stage.world.find_post(int(post_id)) for post_id in ids]
        own = [post for post in posts if post and post.author is account and post.posted_at <= at]
        return {"videos": [self._post(request, post) for post in own if self._stage.listed(post, at)]}

    def _readable(self, given: Given) -> Account:
        if "video.list" not in given.scopes:
            raise Refused("scope_not_authorized", 401)
        return self._stage.world.account(given.index)

    def _post(self, request: Request, post: Post) -> Json:
        at, content = self._stage.clock.now(), post.content
        counters = post.curve.counters(at)
        kind = "photo" if content.images else "video"
        shown: dict[str, Any] = {
            "id": str(post.post_id),
            "create_time": post.posted_at,
            "video_description": content.caption,
            "title": content.caption[:150],
            "share_url": f"https://www.tiktok.com/@{self._stage.handle(post.author, at)}/{kind}/{post.post_id}",
            "cover_image_url": f"{base_url(request)}/img/cover/{post.post_id}.jpeg",
            "duration": content.duration,
            "view_count": counters.views,
            "like_count": counters.likes,
            "comment_count": counters.comments,
            "share_count": counters.shares,
        }
        return {field: shown[field] for field in _fields(request, shown)}

    async def _answer(self, request: Request, target: Target, build: Callable[[Given], Json]) -> Response:
        at = self._stage.clock.now()
        given = self.consents.read(ACCESS, request.headers.get("authorization", "").removeprefix("Bearer "), at)
        account = self._stage.world.account(given.index) if given else None
        if account is not None and self._stage.is_banned(account, at):
            given = None
        handles = {account.member.handle, self._stage.handle(account, at)} if account else set()

        def built() -> Payload:
            try:
                if given is None:
                    raise Refused("access_token_invalid", 401)
                return Payload(LISTING, {"data": build(given), "error": _error("ok")})
            except Refused as refused:
                return refused.payload

        return await answer(self._faults, target, handles, built, Source.OFFICIAL)


async def _wanted(request: Request) -> Json:
    try:
        asked = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return {}
    return asked if isinstance(asked, dict) else {}


def _fields(request: Request, known: Json) -> list[str]:
    fields = [field for field in request.query_params.get("fields", "").split(",") if field]
    if not fields or set(fields) - set(known):
        raise Refused("invalid_params")
    return fields


def _error(code: str) -> Json:
    return {"code": code, "message": "", "log_id": "20261001120000000000000000000000"}


def _oauth_error(error: str) -> Payload:
    body = {"error": error, "error_description": "", "log_id": "20261001120000000000000000000000"}
    return Payload(LISTING, body, 400 if error != "invalid_client" else 401)
