"""The network under the HTTP client: every connection goes through Reach, and a request has an end.

A limit on silence alone does not end a server that sends one byte now and then; so each read and write gets no more
than what is left until the request's own end, headers and handshake included.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from records.connectors.reach import Reach


@dataclass
class Deadline:
    """When the request at hand must be over."""

    at: float = float("inf")

    def set(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def left(self, limit: float | None) -> float:
        """Raises httpcore2.TimeoutException where nothing is left."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return min(left, limit) if limit is not None else left


class GuardedTransport(httpx2.BaseTransport):
    """HTTP/1.1 with one connection, kept open; no proxy, no retries."""

    def __init__(self, reach: Reach, tls: ssl.SSLContext | None, deadline: Deadline) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls, max_connections=1, network_backend=_Guarded(reach, deadline)
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Guarded(httpcore2.SyncBackend):
    def __init__(self, reach: Reach, deadline: Deadline) -> None:
        self._reach = reach
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failed: Exception | None = None
        for address in self._reach.addresses(host, port):
            try:
                # Digits only: nothing is looked up a second time.
                stream = super().connect_tcp(address, port, self._deadline.left(timeout), None, socket_options)
                return _Ending(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        assert failed is not None, "there is always an address"
        raise failed


class _Ending(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In parts: the limit of one write is the limit of a part, so that a slow line is not a silent one.
        for start in range(0, len(buffer), 65536):
            self._stream.write(buffer[start : start + 65536], self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Ending(
            self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
