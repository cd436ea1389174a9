"""A load generator: keep-alive connections to this machine, one process, standard library only.

    python -m bench.generator PORT PATHS_FILE CONNECTIONS SECONDS WARM_SECONDS

Asks for the paths in turn, as fast as answers come, and prints one line of JSON. A path may be
followed by a tab and a header. An answer other than 200 counts as an error. Answers must carry
their length.
"""

import json
import re
import selectors
import socket
import sys
import time
from pathlib import Path

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
CLOSES = re.compile(rb"\r\nconnection: *close", re.I)
AT_ONCE = 1 << 18
END = "\r\n"
LONGEST_SILENCE = 30.0


class _Connection:
    """One connection with at most one question under way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=LONGEST_SILENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pieces: list[bytes] = []
        self.missing = -1
        self.asked_at = 0.0

    def ask(self, question: bytes) -> None:
        self.pieces, self.missing = [], -1
        self.asked_at = time.perf_counter()
        self.socket.sendall(question)

    def hear(self) -> bytes | None:
        """The head of the answer when all of it is here, else None. Raises ConnectionError."""
        piece = self.socket.recv(AT_ONCE)
        if not piece:
            raise ConnectionError
        if self.missing >= 0:
            self.missing -= len(piece)
        else:
            self.pieces.append(piece)
            told = b"".join(self.pieces)
            end = told.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.head = told[:end]
            length = LENGTH.search(self.head)
            if length is None:
                raise ValueError("An answer came without its length.")
            self.missing = int(length[1]) - (len(told) - end - 4)
        return self.head if self.missing == 0 else None


def run(port: int, paths: list[str], connections: int, seconds: float, warm: float) -> dict:
    """Ask for `warm` + `seconds`; returns requests, seconds, errors, bytes and all times in ms."""
    host = f"Host: 127.0.0.1:{port}\r\nAccept-Language: en\r\n"
    questions = [
        f"GET {path} HTTP/1.1\r\n{host}{header}{END if header else ''}\r\n".encode()
        for path, _, header in (line.partition("\t") for line in paths)
    ]
    selector = selectors.DefaultSelector()
    asked, errors, times = 0, 0, []
    started = time.perf_counter() + warm
    end = started + seconds
    cpu = 0.0
    for _ in range(connections):
        connection = _Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.ask(questions[asked % len(questions)])
        asked += 1
    waiting = connections
    while waiting:
        for key, _ in selector.select(LONGEST_SILENCE) or _silence():
            connection = key.data
            head = connection.hear()
            if head is None:
                continue
            now = time.perf_counter()
            if connection.asked_at >= started:
                cpu = cpu or time.process_time()
                times.append((now - connection.asked_at) * 1000)
                errors += head[9:12] != b"200"
            if now >= end:
                waiting -= 1
                selector.unregister(connection.socket)
                connection.socket.close()
                continue
            if CLOSES.search(head):
                selector.unregister(connection.socket)
                connection.socket.close()
                connection.open()
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(questions[asked % len(questions)])
            asked += 1
    lasted = time.perf_counter() - started
    own = (time.process_time() - cpu) * 1000 / max(1, len(times))
    return {
        "requests": len(times),
        "seconds": lasted,
        "errors": errors,
        "times": [round(one, 3) for one in times],
        "own_cpu_ms": round(own, 3),
    }


def _silence() -> list:
    raise TimeoutError(f"No answer for {LONGEST_SILENCE:.0f} seconds.")


if __name__ == "__main__":
    _port, _file, _connections, _seconds, _warm = sys.argv[1:]
    _paths = Path(_file).read_text(encoding="utf-8").splitlines()
    print(json.dumps(run(int(_port), _paths, int(_connections), float(_seconds), float(_warm))))
