"""The API of ScrapeCreators, a vendor of TikTok data: the app shape with exact counts, behind `/vendor/scrapecreators`.

Any key opens it but those that end in `-invalid` and `-empty`, which are refused and out of credits.
"""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scraping.simulator.answers import LISTING, Payload, answer, json_response
from scraping.simulator.aweme import aweme, aweme_page, comment_page
from scraping.simulator.codes import Status
from scraping.simulator.comments import PAGE, comments
from scraping.simulator.faults import Faults, Source, Target
from scraping.simulator.listing import DEFAULT_PAGE, listing_page
from scraping.simulator.stage import Stage
from scraping.simulator.tiktok import base_url, whole_number
from scraping.simulator.web import Json, exact_profile_stats, profile_user
from scraping.simulator.world import Account, Post

FOLDER = "/vendor/scrapecreators"
_POST_URL = re.compile(r"/(?:video|photo)/(\d{1,19})")
_MISSING = Payload(LISTING, {"success": False, "error": "not_found", "message": "Not found"}, 404)


class ScrapeCreators:
    """The vendor."""

    def __init__(self, stage: Stage, faults: Faults) -> None:
        self._stage = stage
        self._faults = faults

    def routes(self) -> list[Route]:
        """Every address of the vendor."""
        return [
            Route(f"{FOLDER}/v1/tiktok/profile", self.profile),
            Route(f"{FOLDER}/v3/tiktok/profile/videos", self.videos),
            Route(f"{FOLDER}/v2/tiktok/video", self.video),
            Route(f"{FOLDER}/v1/tiktok/video/comments", self.comments),
        ]

    async def profile(self, request: Request) -> Response:
        """A profile by `handle`."""
        handle = request.query_params.get("handle", "").lower()
        account = self._stage.find_account(handle, self._stage.clock.now())
        return await self._answer(request, Target.PROFILE, account, lambda: self._profile(account, base_url(request)))

    async def videos(self, request: Request) -> Response:
        """A page of posts by `user_id` or `handle`, older than `max_cursor`."""
        query = request.query_params
        at = self._stage.clock.now()
        account = self._by_id(query.get("user_id", "")) or self._stage.find_account(query.get("handle", "").lower(), at)
        cursor = whole_number(query.get("max_cursor"), 0)
        base = base_url(request)
        return await self._answer(request, Target.LISTING, account, lambda: self._videos(account, cursor, base))

    async def video(self, request: Request) -> Response:
        """One post by `url`."""
        post = self._post_of(request)
        author = post.author if post else None
        return await self._answer(request, Target.VIDEO, author, lambda: self._video(post, base_url(request)))

    async def comments(self, request: Request) -> Response:
        """A page of comments under the post at `url`, from number `cursor` on."""
        post, offset = self._post_of(request), whole_number(request.query_params.get("cursor"), 0)
        author = post.author if post else None
        return await self._answer(request, Target.COMMENTS, author, lambda: self._comments(post, offset))

    async def _answer(
        self, request: Request, target: Target, account: Account | None, build: Callable[[], Payload]
    ) -> Response:
        key = request.headers.get("x-api-key", "")
        if not key or key.endswith("-invalid"):
            return json_response({"success": False, "error": "unauthorized", "message": "Invalid API key"}, 401)
        if key.endswith("-empty"):
            return json_response({"success": False, "error": "out_of_credits", "message": "No credits left"}, 402)
        handles = {account.member.handle, self._stage.handle(account, self._stage.clock.now())} if account else set()

        return await answer(self._faults, target, handles, build, Source.VENDOR)

    def _profile(self, account: Account | None, base: str) -> Payload:
        at = self._stage.clock.now()
        if account is None or self._stage.is_banned(account, at):
            return _MISSING
        profile = self._stage.profile(account, at)
        exact = exact_profile_stats(profile, 0 if profile.private else profile.video_count)
        stats = {name: int(count) for name, count in exact.items()}
        body = {"user": profile_user(profile, base), "stats": stats, "statsV2": exact, "itemList": []}
        return _charged({"statusCode": 0, "statusMsg": "", **body})

    def _videos(self, account: Account | None, cursor: int, base: str) -> Payload:
        at = self._stage.clock.now()
        if account is None or self._stage.is_banned(account, at):
            return _MISSING
        if self._stage.is_private(account, at):
            return _charged({"aweme_list": [], "status_code": int(Status.PRIVATE_ACCOUNT), "has_more": 0})
        page = listing_page(self._stage, account, cursor, DEFAULT_PAGE, at)
        awemes = [aweme(self._stage, post, at, base, pinned=post.post_id in page.pinned) for post in page.posts]
        oldest = min((post.posted_at for post in page.posts if post.post_id not in page.pinned), default=0)
        return _charged(aweme_page(awemes, max_cursor=oldest * 1000, more=page.more))

    def _video(self, post: Post | None, base: str) -> Payload:
        at = self._stage.clock.now()
        status = self._stage.post_status(post, at) if post else Status.NO_SUCH_POST
        if post is None or status is Status.NO_SUCH_POST:
            return _MISSING
        if status is not Status.OK:
            return _charged({"aweme_detail": None, "status_code": int(status)})
        pinned = post in self._stage.pins(post.author, at)
        return _charged({"aweme_detail": aweme(self._stage, post, at, base, pinned=pinned), "status_code": 0})

    def _comments(self, post: Post | None, offset: int) -> Payload:
        at = self._stage.clock.now()
        if post is None or self._stage.post_status(post, at) is not Status.OK:
            return _MISSING
        total = post.curve.counters(at).comments
        found = comments(self._stage.world, post, at, offset=offset, count=PAGE)
        more = offset + PAGE < total
        return _charged(comment_page(found, cursor=offset + PAGE, more=more, total=total))

    def _post_of(self, request: Request) -> Post | None:
        match = _POST_URL.search(request.query_params.get("url", ""))
        return self._stage.world.find_post(int(match[1])) if match else None

    def _by_id(self, text: str) -> Account | None:
        account_id = whole_number(text, 0)
        index = account_id >> 8 & 0xFFFFFF
        account = self._stage.world.account(index) if self._stage.world.exists(index) else None
        return account if account and account.account_id == account_id else None


def _charged(body: Json) -> Payload:
    return Payload(LISTING, {"success": True, "credits_remaining": 10_000, **body})
