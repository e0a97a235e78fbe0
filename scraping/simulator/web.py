"""The web shapes: a profile, a post and a listing as TikTok's pages and JSON carry them."""

from typing import Any

from scraping.counts import tiktok_round
from scraping.simulator.codes import MESSAGES, Status
from scraping.simulator.growth import Counters
from scraping.simulator.listing import Page
from scraping.simulator.stage import Profile, Stage
from scraping.simulator.world import Account, Post

Json = dict[str, Any]

_INT32 = 2**31
_SIZES = (("avatarLarger", 1080), ("avatarMedium", 720), ("avatarThumb", 100))


def status_body(status: Status) -> Json:
    """The two keys every body has."""
    return {"statusCode": int(status), "statusMsg": MESSAGES[status]}


def profile_scope(profile: Profile, base: str) -> Json:
    """`webapp.user-detail`. A private account keeps its name and followers and shows no posts."""
    if profile.banned:
        return {"needFix": False, **status_body(Status.BANNED)}
    status = Status.PRIVATE_ACCOUNT if profile.private else Status.OK
    shown_videos = 0 if profile.private else profile.video_count
    return {
        "userInfo": {
            "user": profile_user(profile, base),
            "stats": _rounded_profile_stats(profile, shown_videos),
            "statsV2": exact_profile_stats(profile, shown_videos),
            "itemList": [],
        },
        "shareMeta": {
            "title": f"{profile.account.member.nickname} on TikTok",
            "desc": f"@{profile.handle} {tiktok_round(profile.followers)} Followers",
        },
        "needFix": False,
        **status_body(status),
    }


def _avatars(account: Account, base: str) -> Json:
    return {key: f"{base}/img/avatar/{account.account_id}.jpeg?size={size}" for key, size in _SIZES}


def profile_user(profile: Profile, base: str) -> Json:
    """The `user` object."""
    account = profile.account
    return {
        "id": str(account.account_id),
        "shortId": "",
        "uniqueId": profile.handle,
        "nickname": account.member.nickname,
        **_avatars(account, base),
        "signature": account.member.bio,
        "createTime": account.created_at,
        "verified": account.member.verified,
        "secUid": account.sec_uid,
        "ftc": False,
        "relation": 0,
        "openFavorite": False,
        "bioLink": {"link": f"{account.member.handle}.example", "risk": 0},
        "commentSetting": 0,
        "duetSetting": 0,
        "stitchSetting": 0,
        "privateAccount": profile.private,
        "secret": profile.private,
        "isADVirtual": False,
        "roomId": "",
        "uniqueIdModifyTime": profile.renamed_at,
        "ttSeller": False,
        "region": "GB",
        "language": "en",
    }


def _rounded_profile_stats(profile: Profile, videos: int) -> Json:
    """`stats`: rounded, and `heartCount` overflows its 32 bits as the real one does."""
    likes = profile.total_likes
    return {
        "followerCount": tiktok_round(profile.followers),
        "followingCount": profile.following,
        "heart": tiktok_round(likes),
        "heartCount": tiktok_round(likes) if likes < _INT32 else (likes + _INT32) % (2 * _INT32) - _INT32,
        "videoCount": videos,
        "diggCount": 0,
        "friendCount": profile.following // 9,
    }


def exact_profile_stats(profile: Profile, videos: int) -> Json:
    """`statsV2`: exact, as text."""
    return {
        "followerCount": str(profile.followers),
        "followingCount": str(profile.following),
        "heart": str(profile.total_likes),
        "heartCount": str(profile.total_likes),
        "videoCount": str(videos),
        "diggCount": "0",
        "friendCount": str(profile.following // 9),
    }


def listing_body(stage: Stage, page: Page, at: int, base: str) -> Json:
    """What `/api/creator/item_list/` answers."""
    items = []
    for post in page.posts:
        item = post_item(stage, post, at, base)
        if post.post_id in page.pinned:
            item["isPinnedItem"] = True
        items.append(item)
    return {
        "extra": {"fatal_item_ids": [], "now": at * 1000},
        "hasMorePrevious": page.more,
        "itemList": items,
        **status_body(Status.OK),
    }


def post_scope(item: Json, nickname: str) -> Json:
    """`webapp.video-detail` around an item: on a page `createTime` and `collectCount` are strings."""
    item = {**item, "createTime": str(item["createTime"])}
    item["stats"] = {**item["stats"], "collectCount": str(item["stats"]["collectCount"])}
    return {
        "itemInfo": {"itemStruct": item},
        "shareMeta": {"title": f"{nickname} on TikTok", "desc": item["desc"]},
        **status_body(Status.OK),
    }


def missing_post_scope(status: Status) -> Json:
    """`webapp.video-detail` of a post that is not shown."""
    return {"itemInfo": {}, **status_body(status)}


def post_item(stage: Stage, post: Post, at: int, base: str) -> Json:
    """One post as listings carry it; counts are rounded, in `statsV2` as well."""
    content = post.content
    taken_down = stage.taken_down(post, at)
    counters = Counters(0, 0, 0, 0, 0) if taken_down else post.curve.counters(at)
    item = {
        "id": str(post.post_id),
        "desc": content.caption,
        "createTime": post.posted_at,
        "author": _author(stage, post.author, at, base),
        "music": _music(post, base),
        "challenges": [{"id": hashtag_id(tag), "title": tag, "desc": ""} for tag in content.hashtags],
        "textExtra": text_extra(content.caption, content.hashtags),
        "video": _video(post, base),
        **_stats(counters),
        "isAd": content.sponsored,
        "privateItem": False,
        "secret": False,
        "forFriend": False,
        "digged": False,
        "itemMute": False,
        "takeDown": int(taken_down),
        "duetInfo": {"duetFromId": "0"},
        "duetEnabled": True,
        "stitchEnabled": True,
        "shareEnabled": True,
        "originalItem": False,
        "officalItem": False,
        "IsAigc": False,
    }
    if content.images:
        item["imagePost"] = _image_post(post, base)
    return item


def _stats(counters: Counters) -> Json:
    shown = {
        "diggCount": tiktok_round(counters.likes),
        "shareCount": tiktok_round(counters.shares),
        "commentCount": tiktok_round(counters.comments),
        "playCount": tiktok_round(counters.views),
        "collectCount": tiktok_round(counters.saves),
    }
    return {"stats": shown, "statsV2": {**{key: str(count) for key, count in shown.items()}, "repostCount": "0"}}


def _author(stage: Stage, account: Account, at: int, base: str) -> Json:
    return {
        "id": str(account.account_id),
        "uniqueId": stage.handle(account, at),
        "nickname": account.member.nickname,
        **_avatars(account, base),
        "signature": account.member.bio,
        "verified": account.member.verified,
        "secUid": account.sec_uid,
        "privateAccount": False,
        "secret": False,
    }


def _music(post: Post, base: str) -> Json:
    content = post.content
    original = content.sound_title == "original sound"
    return {
        "id": str(post.post_id + 1),
        "title": content.sound_title,
        "authorName": content.sound_author or post.author.member.nickname,
        "original": original,
        "duration": content.duration or 60,
        "playUrl": f"{base}/media/{post.post_id}.m4a",
    }


def _video(post: Post, base: str) -> Json:
    cover = f"{base}/img/cover/{post.post_id}.jpeg"
    is_video = not post.content.images
    return {
        "id": str(post.post_id),
        "height": 1024 if is_video else 0,
        "width": 576 if is_video else 0,
        "duration": post.content.duration,
        "ratio": "540p" if is_video else "",
        "cover": cover,
        "originCover": cover,
        "dynamicCover": cover if is_video else "",
        "playAddr": f"{base}/media/{post.post_id}.mp4" if is_video else "",
        "downloadAddr": "",
        "format": "mp4",
        "definition": "540p" if is_video else "",
    }


def _image_post(post: Post, base: str) -> Json:
    images = [
        {
            "imageWidth": 1080,
            "imageHeight": 1440,
            "imageURL": {"urlList": [f"{base}/img/cover/{post.post_id}.jpeg?image={number}"]},
        }
        for number in range(post.content.images)
    ]
    return {"images": images, "cover": images[0], "shareCover": images[0], "title": ""}


def hashtag_id(tag: str) -> str:
    """The id of a hashtag."""
    return str(int.from_bytes(tag.encode()[:6].ljust(6, b"\0"), "big"))


def text_extra(caption: str, hashtags: tuple[str, ...]) -> list[Json]:
    """Where each hashtag stands in the caption."""
    extra = []
    for tag in hashtags:
        start = caption.find(f"#{tag}")
        if start >= 0:
            place = {"start": start, "end": start + len(tag) + 1}
            extra.append(
                {
                    "awemeId": "",
                    **place,
                    "hashtagName": tag,
                    "hashtagId": hashtag_id(tag),
                    "type": 1,
                    "subType": 0,
                    "isCommerce": False,
                    "userUniqueId": "",
                }
            )
    return extra
