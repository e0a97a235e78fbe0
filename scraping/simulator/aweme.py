"""The app shape, in which vendors answer: posts with exact counts, comments, and a profile."""

from typing import Any

from scraping.simulator.comments import Comment
from scraping.simulator.growth import Counters
from scraping.simulator.stage import Stage
from scraping.simulator.web import hashtag_id, text_extra
from scraping.simulator.world import Account, Post

Json = dict[str, Any]


def aweme(stage: Stage, post: Post, at: int, base: str, *, pinned: bool) -> Json:
    """One post with exact counts. A post that was taken down keeps its body and shows zeros."""
    content = post.content
    taken_down = stage.taken_down(post, at)
    counters = Counters(0, 0, 0, 0, 0) if taken_down else post.curve.counters(at)
    cover = {"uri": str(post.post_id), "url_list": [f"{base}/img/cover/{post.post_id}.jpeg"]}
    shown: Json = {
        "aweme_id": str(post.post_id),
        "desc": content.caption,
        "create_time": post.posted_at,
        "author": _author(stage, post.author, at),
        "author_user_id": post.author.account_id,
        "music": {"id_str": str(post.post_id + 1), "title": content.sound_title, "author": content.sound_author},
        "cha_list": [{"cid": hashtag_id(tag), "cha_name": tag} for tag in content.hashtags] or None,
        "text_extra": [
            {"hashtag_name": extra["hashtagName"], "start": extra["start"], "end": extra["end"], "type": 1}
            for extra in text_extra(content.caption, content.hashtags)
        ],
        "video": {"duration": content.duration * 1000, "cover": cover, "origin_cover": cover},
        "statistics": _statistics(post, counters),
        "status": {"is_delete": taken_down, "private_status": 0, "reviewed": 1},
        "is_top": int(pinned),
        "is_ads": content.sponsored,
        "image_post_info": None,
        "share_url": f"https://www.tiktok.com/@{stage.handle(post.author, at)}/video/{post.post_id}",
    }
    if content.images:
        shown["image_post_info"] = {"images": [{"display_image": cover} for _ in range(content.images)]}
    return shown


def _statistics(post: Post, counters: Counters) -> Json:
    return {
        "aweme_id": str(post.post_id),
        "play_count": counters.views,
        "digg_count": counters.likes,
        "comment_count": counters.comments,
        "share_count": counters.shares,
        "collect_count": counters.saves,
        "download_count": 0,
        "forward_count": 0,
    }


def _author(stage: Stage, account: Account, at: int) -> Json:
    """Counts inside an item are 0 here, which means: not stated."""
    return {
        "uid": str(account.account_id),
        "unique_id": stage.handle(account, at),
        "sec_uid": account.sec_uid,
        "nickname": account.member.nickname,
        "follower_count": 0,
        "following_count": 0,
        "aweme_count": 0,
        "total_favorited": 0,
    }


def aweme_page(awemes: list[Json], *, max_cursor: int, more: bool) -> Json:
    """A listing."""
    return {"aweme_list": awemes, "max_cursor": max_cursor, "min_cursor": 0, "has_more": int(more), "status_code": 0}


def comment_page(comments: list[Comment], *, cursor: int, more: bool, total: int) -> Json:
    """A page of comments."""
    return {
        "comments": [_comment(comment) for comment in comments] or None,
        "cursor": cursor,
        "has_more": int(more),
        "total": total,
        "status_code": 0,
    }


def _comment(comment: Comment) -> Json:
    author = comment.author
    return {
        "cid": str(comment.comment_id),
        "aweme_id": str(comment.post.post_id),
        "text": comment.text,
        "create_time": comment.written_at,
        "digg_count": comment.likes,
        "reply_comment_total": comment.replies,
        "reply_id": "0",
        "reply_to_reply_id": "0",
        "comment_language": comment.language,
        "user": {
            "uid": str(author.account_id),
            "unique_id": author.member.handle,
            "nickname": author.member.nickname,
            "sec_uid": author.sec_uid,
        },
    }
