"""Keeping the words by which videos are found."""

from collections.abc import Sequence

from django.db import connections, router
from uuid_utils.compat import uuid7

from orgs.scope import current_org_id
from videos.models import Video, VideoText
from videos.words import words_of

# Words hold no spaces, so that one text carries all of a video's.
_KEEP = """
INSERT INTO videos_videotext (id, org_id, video_id, document)
SELECT v.id, %s, v.video_id, array_to_tsvector(string_to_array(v.words, ' '))
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS v(id, video_id, words)
ON CONFLICT (org_id, video_id) DO UPDATE SET document = excluded.document
"""


def keep_words(videos: Sequence[Video]) -> None:
    """Let these videos of the open scope be found by what they say now, in the caller's transaction."""
    if not videos:
        return
    words = [
        " ".join(words_of(caption=video.title, hashtags=video.hashtags, author_handle=video.author_handle))
        for video in videos
    ]
    ids, video_ids = [uuid7() for _ in videos], [video.id for video in videos]
    with connections[router.db_for_write(VideoText)].cursor() as cursor:
        cursor.execute(_KEEP, [current_org_id(), ids, video_ids, words])
