"""A wire between a browser and the server that a test can cut, mend, and let lose replies."""

import socket
import threading
from contextlib import suppress
from typing import Self


class Wire:
    """Forwards TCP from a port of its own to the server's."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.is_cut = False
        self.is_mute = False
        # Set when a reply was lost.
        self.lost = threading.Event()
        self._wanted = b""
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """No network from now on."""
        self.is_cut = True
        for one in list(self._open):
            _close(one)

    def mend(self) -> None:
        self.is_cut = self.is_mute = False
        self._wanted = b""

    def lose_reply_to(self, start: bytes) -> None:
        """The request that begins so reaches the server; its reply, and all that follow, are lost."""
        self._wanted = start

    def _listen(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            if self.is_cut:
                _close(near)
                continue
            far = socket.create_connection(self.target)
            self._open |= {near, far}
            threading.Thread(target=self._pump, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source: socket.socket, goal: socket.socket, is_reply: bool) -> None:
        try:
            while data := source.recv(65536):
                if self._wanted and data.startswith(self._wanted):
                    self.is_mute = True
                if is_reply and self.is_mute:
                    self.lost.set()
                    break
                goal.sendall(data)
        except OSError:
            pass  # The other end closed it, or the wire was cut.
        finally:
            _close(source)
            _close(goal)
            self._open -= {source, goal}


def _close(one: socket.socket) -> None:
    with suppress(OSError):  # Not connected any more.
        one.shutdown(socket.SHUT_RDWR)
    one.close()
