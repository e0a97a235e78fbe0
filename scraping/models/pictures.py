"""Our own copies of avatars and covers: what is wanted, what there is."""

from django.db import models


class Picture(models.Model):
    """An account's avatar or a post's cover: where TikTok shows it, and the key of our copy, "" while there is none.

    TikTok's addresses expire within hours; `seen_as` is the part of one that stays while the picture is the same.
    `due_at`: when it is fetched; None: the copy is what TikTok shows, or fetching is given up until the address is
    another one.
    """

    class Kind(models.TextChoices):
        AVATAR = "avatar", "Avatar"
        COVER = "cover", "Cover"

    id = models.CharField(primary_key=True, max_length=30)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    subject_id = models.BigIntegerField()
    source_url = models.URLField(max_length=2000)
    seen_as = models.CharField(max_length=300)
    key = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="scraping_picture_due"),
            models.Index(fields=["key"], name="scraping_picture_by_key"),
        ]

    def __str__(self) -> str:
        return self.id

    @staticmethod
    def id_for(kind: str, subject_id: int) -> str:
        """The id of the picture of this kind of an account or post."""
        return f"{kind}:{subject_id}"


class PictureCopy(models.Model):
    """A picture in our store, by the SHA-256 of what TikTok sent.

    `used_at`: when it was stored, or last seen to be shown by anybody's creator or video, to some days. `dropped_at`:
    since when no picture is said to be kept under its key, so that nothing new begins to show it; then it is deleted.
    """

    key = models.CharField(primary_key=True, max_length=64)
    used_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["used_at"], name="scraping_copy_used")]

    def __str__(self) -> str:
        return self.key
