"""APIs sold for reading TikTok: exact counts, comments, a price per request. One file per vendor, one for the rest."""

from scraping.providers.vendor.client import VendorProvider

__all__ = ["VendorProvider"]
