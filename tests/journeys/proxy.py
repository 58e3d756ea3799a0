"""A wire between a browser and the server that can be cut, mended, and go deaf."""

import contextlib
import selectors
import socket
import threading
from typing import Self

CHUNK = 65_536


class Wire:
    """Passes TCP on from a port of its own to `target`, as long as it is whole.

    cut():    every connection breaks, and new ones break at once.
    drop():   every connection breaks, but new ones hold: the briefest of breaks.
    deafen(): what the server says is lost on the way, what the browser says arrives.
    mend():   all is well again; for what is deaf, on new connections.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.is_whole, self.is_deaf = True, False
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.is_whole = False
        # Wakes the accepting thread, which closing alone would not.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.drop()

    def cut(self) -> None:
        self.is_whole = False
        self.drop()

    def drop(self) -> None:
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            _end(pair)

    def deafen(self) -> None:
        self.is_deaf = True

    def mend(self) -> None:
        self.is_whole, self.is_deaf = True, False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.is_whole:
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()
            else:
                near.close()

    def _carry(self, near: socket.socket) -> None:
        """Passes on between the browser (`near`) and the server until either end closes."""
        try:
            far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            near.close()
            return
        pair = (near, far)
        with self._lock:
            self._pairs.add(pair)
        with contextlib.suppress(OSError), selectors.DefaultSelector() as ready:
            for end in pair:
                ready.register(end, selectors.EVENT_READ)
            while self._pass_on(ready, near, far):
                pass
        with self._lock:
            self._pairs.discard(pair)
        for end in pair:
            end.close()

    def _pass_on(
        self, ready: selectors.BaseSelector, near: socket.socket, far: socket.socket
    ) -> bool:
        """Passes on what there is; False once an end has closed."""
        for key, _ in ready.select(1):
            source = key.fileobj
            assert isinstance(source, socket.socket)
            data = source.recv(CHUNK)
            if not data:
                return False
            if source is near:
                far.sendall(data)
            elif not self.is_deaf:
                near.sendall(data)
        return True


def _end(pair: tuple[socket.socket, socket.socket]) -> None:
    for end in pair:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
