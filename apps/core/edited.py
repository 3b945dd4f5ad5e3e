"""Small tables that administrators edit and every process reads all the time: holidays, words of the wording guard."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# Other processes learn of a change within so many seconds.
KEPT_FOR = 30.0


class Edited(Generic[T]):
    """Such a table as far as this process knows it: its app registers how it is read, core has no tables."""

    def __init__(self, nothing: T) -> None:
        self.read: Callable[[], T] | None = None
        self._nothing = self._known = nothing
        self._until = 0.0

    def get(self) -> T:
        if self.read is not None and time.monotonic() > self._until:
            self._known, self._until = self.read(), time.monotonic() + KEPT_FOR
        return self._known

    def forget(self) -> None:
        """The table was changed: it is read anew."""
        self._known, self._until = self._nothing, 0.0
