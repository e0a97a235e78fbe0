"""Avatars and covers: gradients, one of its own for every id, so that a dashboard looks alive."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from scraping.simulator.chance import Dice

_PURPOSE = 10
_AVATAR = (360, 360)
_COVER = (324, 576)
_WHITE = (255, 255, 255)


def _gradient(dice: Dice, size: tuple[int, int]) -> Image.Image:
    """Two related colors, from one corner or side to the other."""
    hue = dice.number(0, 360)
    other = (hue + 30 + dice.number(1, 90)) % 360
    ramp = Image.linear_gradient("L").rotate(dice.number(2, 360), Image.Resampling.BILINEAR, fillcolor=128)
    around = ramp.crop((48, 48, 208, 208)).resize(size, Image.Resampling.BICUBIC)
    return ImageOps.colorize(around, f"hsl({hue}, 62%, 58%)", f"hsl({other}, 70%, 38%)")


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def avatar(account_id: int, handle: str) -> bytes:
    """A square with the handle's first letter, as JPEG."""
    image = _gradient(Dice(account_id, 0, _PURPOSE), _AVATAR)
    middle = (_AVATAR[0] / 2, _AVATAR[1] / 2)
    ImageDraw.Draw(image).text(middle, handle[:1].upper(), _WHITE, ImageFont.load_default(190), anchor="mm")
    return _jpeg(image)


def cover(post_id: int, image: int) -> bytes:
    """A portrait with two soft discs, as JPEG; a carousel's images differ by number."""
    dice = Dice(post_id, image, _PURPOSE)
    width, height = _COVER
    picture = _gradient(dice, _COVER)
    for place in (3, 7):
        disc = Image.new("L", _COVER, 0)
        radius = 50 + dice.number(place + 2, 120)
        x, y = dice.number(place, width), dice.number(place + 1, height)
        ImageDraw.Draw(disc).ellipse((x - radius, y - radius, x + radius, y + radius), 30 + dice.number(place + 3, 36))
        picture.paste(_WHITE, (0, 0), disc)
    return _jpeg(picture)
