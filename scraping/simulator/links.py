"""Short links: a code is the id it stands for, in base 62, so that every code can be followed without a list."""

from string import ascii_lowercase, ascii_uppercase, digits

_DIGITS = digits + ascii_lowercase + ascii_uppercase
_POST, _ACCOUNT = "ZM", "ZT"


def _encode(number: int) -> str:
    code = ""
    while number:
        number, digit = divmod(number, 62)
        code = _DIGITS[digit] + code
    return code


def _decode(code: str) -> int | None:
    number = 0
    for character in code:
        digit = _DIGITS.find(character)
        if digit < 0:
            return None
        number = number * 62 + digit
    return number


def post_code(post_id: int) -> str:
    """The code of a post's short link."""
    return _POST + _encode(post_id)


def account_code(account_index: int) -> str:
    """The code of an account's short link."""
    return _ACCOUNT + _encode(account_index)


def decode(code: str) -> tuple[str, int] | None:
    """("post", id) or ("account", number) that a code stands for; None for anything else."""
    kind = {_POST: "post", _ACCOUNT: "account"}.get(code[:2])
    number = _decode(code[2:])
    return None if kind is None or not number else (kind, number)
