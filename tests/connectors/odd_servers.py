"""Servers that behave badly in one way each, on loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[int]:
    """Its port. Each connection is handed to ``behaviour``, in a thread, and closed after it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads: list[threading.Thread] = []
        taken: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    taken.append(connection)
                    threads.append(threading.Thread(target=_serve, args=(behaviour, connection)))
                    threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for each in taken:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def _serve(behaviour: Behaviour, connection: socket.socket) -> None:
    with connection, suppress(OSError):
        behaviour(connection)


def silent(connection: socket.socket) -> None:
    """Takes everything and says nothing."""
    while connection.recv(65536):
        pass


def dribbling(beginning: bytes) -> Behaviour:
    """A byte now and then, without end: no silence is ever long."""

    def dribble(connection: socket.socket) -> None:
        connection.sendall(beginning)
        while True:
            time.sleep(0.05)
            connection.sendall(b"x")

    return dribble


def answering(answer: bytes) -> Behaviour:
    """The same bytes to every request, then closes."""

    def answer_once(connection: socket.socket) -> None:
        got = b""
        while b"\r\n\r\n" not in got:
            part = connection.recv(65536)
            if not part:
                return
            got += part
        connection.sendall(answer)

    return answer_once


def http(status: str, *headers: str, body: bytes = b"") -> Behaviour:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""])
    return answering(head.encode() + body)
