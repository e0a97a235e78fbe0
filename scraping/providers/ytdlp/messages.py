"""What the two processes say to each other: JSON documents, each behind its length; bodies follow as bytes."""

import json
import os
import select
import struct
import time
from typing import Any

_LENGTH = struct.Struct(">I")
Json = dict[str, Any]


class Silence(Exception):
    """The other process is gone, or said nothing in time."""


class Channel:
    """One end of a conversation over two file descriptors. `deadline`: by when each read must end (monotonic)."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self.deadline = float("inf")

    def say(self, message: Json, body: bytes = b"") -> None:
        """Send a message. Raises Silence when nobody is there."""
        text = json.dumps(message).encode()
        data = memoryview(_LENGTH.pack(len(text)) + text + _LENGTH.pack(len(body)) + body)
        try:
            while data:
                data = data[os.write(self._outgoing, data) :]
        except OSError as error:
            raise Silence(str(error)) from error

    def hear(self) -> tuple[Json, bytes]:
        """The next message and its body. Raises Silence."""
        message: Json = json.loads(self._piece())
        return message, self._piece()

    def _piece(self) -> bytes:
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            if self.deadline != float("inf"):
                left = max(0.0, self.deadline - time.monotonic())
                if not select.select([self._incoming], [], [], left)[0]:
                    raise Silence("no answer in time")
            piece = os.read(self._incoming, length - len(data))
            if not piece:
                raise Silence("the other end is closed")
            data += piece
        return bytes(data)
