"""Small copies of a picture: WebP in three sizes, from bytes that nobody vouches for."""

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageOps

# The longest side in pixels: in rows of lists, on cards, on a page of its own; twice that of the space on the screen.
SIZES = (128, 480, 960)
SMALL, MEDIUM, LARGE = SIZES
FORMATS = ("JPEG", "PNG", "WEBP")
# What TikTok shows is below 4 megapixels. Looked at before anything is unpacked.
MOST_PIXELS = 16_000_000
MOST_SIDE = 8_192
QUALITY = 78
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


def path_of(key: str, size: int) -> str:
    """Where the copy of a picture is shown, by its key; see scraping.views."""
    return f"/pictures/{key}/{size}.webp"


class NotAPicture(Exception):
    """The bytes are no picture of a known kind, broken, or would be too large unpacked."""


def copies_of(data: bytes) -> dict[int, bytes]:
    """A picture as WebP by size: turned upright, never enlarged, without what its file said about its making. Of moving
    ones the first image. Raises NotAPicture."""
    try:
        # That a picture is large is an error here, not a warning; its size is looked at first.
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=FORMATS) as image:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            _require_small(image)
            image.draft("RGB", (LARGE, LARGE))
            upright = ImageOps.exif_transpose(image)
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            return {size: _webp(plain, size) for size in SIZES}
    except _BROKEN as error:
        raise NotAPicture(f"{type(error).__name__}: {error}"[:200]) from error


def _require_small(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise NotAPicture(f"{width} × {height} pixels are too many")


def _webp(image: Image.Image, size: int) -> bytes:
    copy = image.copy()
    copy.thumbnail((size, size), Image.Resampling.LANCZOS)
    out = BytesIO()
    copy.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
