"""Comments, drawn one by one: comment number n appears when the post's own count passes n, whoever asks and when."""

from dataclasses import dataclass

from scraping.simulator.chance import Dice
from scraping.simulator.growth import SETTLED_AGE
from scraping.simulator.world import Account, Post, World

_PURPOSE = 11
PAGE = 20
# (language, text): kind ones, critical ones, questions, and what people write when they write nothing.
LINES = (
    ("en", "I have watched this four times now 😭"),
    ("en", "the ending got me"),
    ("en", "this is the one. saving it"),
    ("en", "love this so much ❤️"),
    ("en", "where did you get that??"),
    ("en", "can you do a part 2 please"),
    ("en", "underrated account honestly"),
    ("en", "does it work on sensitive skin? asking for me"),
    ("en", "not worth the price, mine broke in a week"),
    ("en", "why is the sound so quiet"),
    ("en", "bit disappointed tbh, expected more"),
    ("en", "is this an ad?"),
    ("en", "ordered it because of you 🙌"),
    ("en", "first"),
    ("en", "who else is here at 3am"),
    ("en", "my sister needs to see this\nshe will lose it"),
    ("es", "me encanta, gracias por compartir 💛"),
    ("es", "¿dónde se compra?"),
    ("fr", "trop bien fait, bravo"),
    ("de", "endlich mal jemand, der das richtig macht"),
    ("pt", "perfeito demais 🔥"),
    ("ar", "ما شاء الله جميل جدا"),
    ("ja", "すごい!真似してみます"),
    ("en", "😂😂😂"),
    ("en", "🔥🔥"),
    ("en", "the way I gasped"),
    ("en", "tutorial when"),
    ("en", "unfollowed, too many ads lately"),
)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment under a post; `likes` are those it ends up with."""

    comment_id: int
    post: Post
    written_at: int
    author: Account
    language: str
    text: str
    likes: int
    replies: int


def comments(world: World, post: Post, at: int, *, offset: int, count: int) -> list[Comment]:
    """The post's comments from number `offset` on, the oldest first, that are there at an instant."""
    there = post.curve.counters(at).comments
    drawn = (_comment(world, post, number) for number in range(offset, min(offset + count, there)))
    return [comment for comment in drawn if comment.written_at <= at]


def _comment(world: World, post: Post, number: int) -> Comment:
    dice = Dice(post.author.key ^ post.slot, number, _PURPOSE)
    written_at = _passed(post, number)
    language, text = dice.pick(0, LINES)
    return Comment(
        comment_id=written_at << 32 | (number & 0xFFFFFF) << 8 | dice.number(1, 256),
        post=post,
        written_at=written_at,
        author=world.account(1 + dice.number(2, max(1, world.accounts))),
        language=language,
        text=text,
        likes=int(dice.log_normal(3, 2, 1.5)),
        replies=max(0, dice.number(4, 8) - 5),
    )


def _passed(post: Post, number: int) -> int:
    """When the post's comment count first passed `number`, by halving; a purge later does not change it."""
    early, late = post.posted_at, post.posted_at + SETTLED_AGE
    while late - early > 1:
        middle = (early + late) // 2
        if post.curve.counters(middle).comments > number:
            late = middle
        else:
            early = middle
    return late
