"""The data folder: made on the first start, used by one `gijiyoshi up` at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minutes.errors import InputError
from minutes.os_errors import reason

DEMO_TOKEN_FILE = "demo-token"  # noqa: S105  the name of a file


@contextmanager
def data_folder(path: Path) -> Iterator[Path]:
    """The absolute folder, private to this account, held until the block ends.

    The lock is the kernel's: it goes with the process, so nothing has to be cleaned up after a crash.
    Raises InputError when it cannot be written or another instance holds it.
    """
    folder = path.resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("log", "run"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        # "a": the number of the instance that runs must survive a second start that is refused.
        lock = (folder / "run" / "up.lock").open("a+")
    except OSError as error:
        raise InputError(
            f"データのフォルダーに書き込めません（{reason(error)}）。",
            where=str(folder),
            remedy="書込みの権限を確かめるか、GIJIYOSHI_DATA_DIR で別のフォルダーを指定してください。",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip()
            raise InputError(
                f"同じデータのフォルダーで gijiyoshi up がすでに動いています（プロセス番号 {holder or '不明'}）。",
                where=str(folder),
                remedy="そちらを使うか、止めてから起動してください。",
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield folder


def write_secret(path: Path, content: str) -> None:
    """Readable by this account only, from the first moment."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
