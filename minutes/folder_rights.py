"""Rights of what is laid down in a folder that others share with us."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_FILE, _FOLDER = 0o664, 0o2775
"""Never writable for everybody, whatever the folder is."""


def like_its_folder(path: Path) -> None:
    """Whoever may read or write in the folder may do so with ``path``: our own umask is meant for our own data.

    Shares that know no modes, and those that let nobody change them, keep what they gave.
    """
    with suppress(OSError):
        given = stat.S_IMODE(path.parent.stat().st_mode)
        folder = stat.S_ISDIR(path.lstat().st_mode)
        os.chmod(path, given & (_FOLDER if folder else _FILE))
