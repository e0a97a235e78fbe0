"""Addresses on TikTok of what a page shows."""

from django import template

from scraping import grammar
from scraping.providers.interface import PostKind
from videos.models import Video

register = template.Library()

register.filter("profile_url", grammar.profile_url)


@register.filter
def post_url(video: Video) -> str:
    """Where TikTok shows a video's post."""
    return grammar.post_url(video.author_handle or None, video.post_id, PostKind(video.kind))
