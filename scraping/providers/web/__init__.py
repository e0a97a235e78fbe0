"""The public website: pure parsers from bytes to values, and the client that feeds them."""

from scraping.providers.web.client import WebProvider

__all__ = ["WebProvider"]
