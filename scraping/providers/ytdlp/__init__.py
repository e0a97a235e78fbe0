"""yt-dlp as an independent fallback: it reads TikTok's pages in a process of its own that has no way out but ours."""

from scraping.providers.ytdlp.client import YtdlpProvider

__all__ = ["YtdlpProvider"]
