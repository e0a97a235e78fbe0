"""The oEmbed shape."""

from html import escape
from typing import Any

from scraping.simulator.world import Account, Post

REFUSAL = {"message": "Something went wrong", "code": 400}


def post_embed(post: Post, handle: str, base: str) -> dict[str, Any]:
    """What `/oembed?url=` answers for a post that is shown."""
    url = f"{base}/@{handle}/video/{post.post_id}"
    return {
        "version": "1.0",
        "type": "video",
        "title": post.content.caption,
        "author_url": f"{base}/@{handle}",
        "author_name": post.author.member.nickname,
        "author_unique_id": handle,
        "width": "100%",
        "height": "100%",
        "html": f'<blockquote class="tiktok-embed" cite="{escape(url)}" data-video-id="{post.post_id}"></blockquote>',
        "thumbnail_width": 576,
        "thumbnail_height": 1024,
        "thumbnail_url": f"{base}/img/cover/{post.post_id}.jpeg",
        "provider_url": base,
        "provider_name": "TikTok",
        "embed_product_id": str(post.post_id),
        "embed_type": "video",
    }


def account_embed(account: Account, handle: str, base: str) -> dict[str, Any]:
    """What it answers for a profile that strangers may see."""
    url = f"{base}/@{handle}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": f"{account.member.nickname}'s Creator Profile",
        "author_url": url,
        "author_name": account.member.nickname,
        "author_unique_id": handle,
        "width": "100%",
        "height": "100%",
        "html": f'<blockquote class="tiktok-embed" cite="{escape(url)}" data-unique-id="{handle}"></blockquote>',
        "provider_url": base,
        "provider_name": "TikTok",
        "embed_type": "user",
    }
