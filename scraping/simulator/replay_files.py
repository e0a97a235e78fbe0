"""Reads a folder of recorded payloads; what cannot be read is skipped with a log line."""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from scraping.simulator.replay import Json, Recording

logger = logging.getLogger(__name__)

_SCRIPT = re.compile(
    r'<script[^>]*\bid="(__UNIVERSAL_DATA_FOR_REHYDRATION__|SIGI_STATE)"[^>]*>(.*?)</script>', re.DOTALL
)


def load_recording(directory: Path) -> Recording:
    """Everything of a known kind in the folder, in order of file names (a later file of one handle or post wins)."""
    recording = Recording()
    for path in sorted(directory.iterdir()):
        reader = next((read for prefix, read in _READERS.items() if path.name.startswith(prefix)), None)
        if reader is None:
            logger.info("replay: %s is of no kind that is served", path.name)
            continue
        try:
            reader(recording, path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("replay: skipped %s: %s: %s", path.name, type(error).__name__, error)
    return recording


def _read_page(recording: Recording, text: str) -> None:
    match = _SCRIPT.search(text)
    if match is None:
        raise ValueError("no data script")
    data = orjson.loads(match[2])
    if match[1] == "SIGI_STATE":
        recording.add_sigi_state(data)
    else:
        _take_scopes(recording, data["__DEFAULT_SCOPE__"])


def _read_scopes(recording: Recording, text: str) -> None:
    data = orjson.loads(text)
    _take_scopes(recording, data.get("__DEFAULT_SCOPE__", data))


def _take_scopes(recording: Recording, scopes: Json) -> None:
    if profile := scopes.get("webapp.user-detail"):
        recording.add_profile(profile)
    if post := scopes.get("webapp.video-detail"):
        recording.add_post_page(post)


def _read_items(recording: Recording, text: str) -> None:
    data: Any = orjson.loads(text)
    if isinstance(data, dict):
        data = data.get("data", data)["itemList"]
    recording.add_items(data)


def _read_sigi_state(recording: Recording, text: str) -> None:
    recording.add_sigi_state(orjson.loads(text))


_READERS: dict[str, Callable[[Recording, str], None]] = {
    "profile_page_": _read_page,
    "video_page_": _read_page,
    "user_detail_": _read_scopes,
    "video_detail_": _read_scopes,
    "item_list_": _read_items,
    "sigi_state_": _read_sigi_state,
}
