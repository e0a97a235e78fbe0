"""Fetching the pictures that TikTok shows and making small copies of them: no Django, no database."""
