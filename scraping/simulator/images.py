"""Avatars and covers: small gradients, one of its own for every id, so that a dashboard looks alive."""

from xml.sax.saxutils import escape

from scraping.simulator.chance import Dice

_PURPOSE = 10


def _gradient(dice: Dice, width: int, height: int, inner: str) -> bytes:
    hue = dice.number(0, 360)
    other = (hue + 30 + dice.number(1, 90)) % 360
    turn = dice.number(2, 360)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<defs><linearGradient id="g" gradientTransform="rotate({turn} .5 .5)">'
        f'<stop stop-color="hsl({hue} 62% 58%)"/><stop offset="1" stop-color="hsl({other} 70% 38%)"/>'
        f'</linearGradient></defs><rect width="{width}" height="{height}" fill="url(#g)"/>{inner}</svg>'
    ).encode()


def avatar(account_id: int, nickname: str) -> bytes:
    """A square with the nickname's first letter."""
    letter = escape(nickname[:1].upper())
    text = (
        '<text x="50" y="68" font-size="52" font-family="system-ui,sans-serif" font-weight="600" '
        f'text-anchor="middle" fill="#fff" fill-opacity=".92">{letter}</text>'
    )
    return _gradient(Dice(account_id, 0, _PURPOSE), 100, 100, text)


def cover(post_id: int, image: int) -> bytes:
    """A portrait with two soft discs; a carousel's images differ by number."""
    dice = Dice(post_id, image, _PURPOSE)
    discs = "".join(
        f'<circle cx="{dice.number(place, 90)}" cy="{dice.number(place + 1, 160)}" '
        f'r="{14 + dice.number(place + 2, 34)}" fill="#fff" fill-opacity=".{12 + dice.number(place + 3, 14)}"/>'
        for place in (3, 7)
    )
    return _gradient(dice, 90, 160, discs)
