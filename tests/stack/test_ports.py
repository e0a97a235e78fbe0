"""Ports: the one asked for or none; otherwise a free one that no second stack gets as well."""

import socket
import sys
from collections.abc import Iterator

import pytest

from trackagoat.stack.errors import StackError
from trackagoat.stack.ports import LOOPBACK, choose_port, claim_port, free_port, parse_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def taken_and_left() -> int:
    """A port whose server closed its connection and is gone: the system keeps the connection for a minute."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, 0))
        listener.listen()
        with socket.create_connection(listener.getsockname()) as client:
            listener.accept()[0].close()
            assert client.recv(1) == b""
        return int(listener.getsockname()[1])


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    preferred = free_port()
    claimed = choose_port(asked=None, preferred=preferred)
    assert claimed.number == preferred
    claimed.release()


def test_another_port_is_chosen_when_the_preferred_one_is_in_use(taken: int) -> None:
    claimed = choose_port(asked=None, preferred=taken)
    assert claimed.number != taken
    claimed.release()


def test_a_port_that_was_asked_for_and_is_in_use_is_refused_by_number(taken: int) -> None:
    with pytest.raises(StackError, match=f"Port {taken} is taken"):
        choose_port(asked=taken, preferred=8000)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a claim is only a check")
def test_a_claimed_port_cannot_be_claimed_again_until_it_is_released() -> None:
    claimed = claim_port(free_port())
    assert claimed is not None
    assert claim_port(claimed.number) is None
    claimed.release()
    again = claim_port(claimed.number)
    assert again is not None
    again.release()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a claim is only a check")
def test_a_server_that_shares_its_port_listens_on_a_claimed_one() -> None:
    claimed = claim_port(free_port())
    assert claimed is not None
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((LOOPBACK, claimed.number))
        server.listen()
        for _ in range(20):  # were the claim listening too, it would get some of them
            with socket.create_connection((LOOPBACK, claimed.number)) as client:
                connection, address = server.accept()
                connection.close()
                assert address == client.getsockname()
        assert claim_port(claimed.number) is None
    claimed.release()


def test_a_port_whose_last_connections_linger_is_free(taken_and_left: int) -> None:
    claimed = claim_port(taken_and_left)
    assert claimed is not None
    claimed.release()


@pytest.mark.parametrize(("text", "port"), [("", None), ("  ", None), ("8000", 8000), (" 65535 ", 65535)])
def test_the_port_variable_is_a_number_or_empty(text: str, port: int | None) -> None:
    assert parse_port(text) == port


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "8000.5", "http"])
def test_anything_else_in_the_port_variable_is_refused_by_name(text: str) -> None:
    with pytest.raises(StackError, match="PORT must be a number"):
        parse_port(text)
