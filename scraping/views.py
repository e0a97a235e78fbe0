"""Our copies of TikTok's pictures. Whoever knows a copy's key may see it: the key is made of the picture itself."""

import re

from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import etag, require_safe

from scraping.pictures.copies import SIZES
from scraping.services.picture_store import STORE, file_of

FOREVER = "public, max-age=31536000, immutable"
_KEY = re.compile(r"[0-9a-f]{64}")


def _tag(request: HttpRequest, key: str, size: int) -> str:
    return f'"{key}-{size}"'


@require_safe
@etag(_tag)
def picture(request: HttpRequest, key: str, size: int) -> HttpResponse:
    """A copy in one of its sizes; what stands at an address never changes, so it is kept for ever."""
    if size not in SIZES or not _KEY.fullmatch(key):
        raise Http404("no such picture")
    try:
        with storages[STORE].open(file_of(key, size)) as file:
            body = file.read()
    except FileNotFoundError as error:
        raise Http404("no such picture") from error
    return HttpResponse(body, content_type="image/webp", headers={"Cache-Control": FOREVER})
