"""What a post says: text, hashtags, sound, length. Drawn from the account's topic, the same every time."""

import re
from dataclasses import dataclass

from scraping.simulator.chance import Dice
from scraping.simulator.topics import CLOSINGS, GENERAL_HASHTAGS, OPENINGS, PROGRAMS, SOUNDS, TOPICS, Topic

LONGEST_CAPTION = 2_200
_TEXT_PURPOSE, _FORM_PURPOSE = 5, 6
_NUMBER = re.compile(r"\{n\}")


@dataclass(frozen=True, slots=True)
class Content:
    """A post's unchanging side. `images` is 0 for videos; a carousel's `duration` (seconds) is 0."""

    caption: str
    hashtags: tuple[str, ...]
    sound_title: str
    sound_author: str
    duration: int
    images: int
    sponsored: bool


def content(key: int, slot: int, topic_name: str, photo_share: float) -> Content:
    """Draw what a post is."""
    topic = TOPICS[topic_name]
    form = Dice(key, slot, _FORM_PURPOSE)
    program = form.pick(1, PROGRAMS) if form.number(0, 12) == 0 else None
    hashtags = _hashtags(topic, form)
    text = _text(topic, Dice(key, slot, _TEXT_PURPOSE))
    if program:
        name, mention, emoji = program
        text, hashtags = f"{text}\n{mention} {emoji}", (name, "ad", *hashtags)
    sound, author = form.pick(2, SOUNDS)
    is_photo = form.fraction(3) < photo_share
    return Content(
        caption=_caption(text, topic, hashtags, form),
        hashtags=hashtags,
        sound_title=sound,
        sound_author=author,
        duration=0 if is_photo else 6 + int(90 * form.fraction(4) ** 2.2),
        images=2 + form.number(5, 9) if is_photo else 0,
        sponsored=program is not None,
    )


def _hashtags(topic: Topic, form: Dice) -> tuple[str, ...]:
    chosen = [form.pick(7 + number, topic.hashtags) for number in range(1 + form.number(6, 4))]
    if form.number(11, 3) == 0:
        chosen.append(form.pick(12, GENERAL_HASHTAGS))
    return tuple(dict.fromkeys(chosen))


def _text(topic: Topic, dice: Dice) -> str:
    emoji = dice.pick(0, topic.emoji.split())
    if dice.number(1, 40) == 0:
        return emoji * 3
    line = dice.pick(2, topic.lines).replace("{thing}", dice.pick(3, topic.things))
    text = f"{dice.pick(4, OPENINGS)}{line}{dice.pick(5, CLOSINGS)}"
    if dice.number(6, 2):
        text = f"{text} {emoji}"
    places = iter(range(7, 16))
    return _NUMBER.sub(lambda _: str(2 + dice.number(next(places), 13)), text)


def _caption(text: str, topic: Topic, hashtags: tuple[str, ...], form: Dice) -> str:
    if form.number(13, 90) == 0:
        return ""
    tail = " ".join(f"#{tag}" for tag in hashtags)
    if form.number(14, 120) == 0:
        text = _essay(text, topic)[: LONGEST_CAPTION - len(tail) - 1]
    return f"{text} {tail}"


def _essay(text: str, topic: Topic) -> str:
    """The text, and everything else there is to say: longer than TikTok's longest caption."""
    said = [line.replace("{thing}", thing) for thing in topic.things for line in topic.lines]
    notes = (f"{number}. {line.replace('{n}', str(number))}" for number, line in enumerate(said, start=1))
    return "\n".join([text, "", *notes])
