"""The door of a folder: one process at a time goes through it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def door(folder: Path) -> Iterator[None]:
    """Hold the folder for a moment; waits for who holds it now. A kill opens the door."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
