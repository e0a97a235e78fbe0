"""TikTok's own API for the accounts of people who allowed it: exact numbers, of one account per token."""

from scraping.providers.official.client import OfficialProvider

__all__ = ["OfficialProvider"]
