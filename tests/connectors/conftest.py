"""The helpers of these tests are plain modules beside them; those of the records tests make the package."""

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / other) for other in ("records", "drafting", "api"))]

from peers import DavServer, SshServer, dav_server, ssh_server  # noqa: E402
from ways import Way, to_folder, to_sftp, to_webdav  # noqa: E402


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture(scope="session")
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with dav_server(tmp_path_factory.mktemp("dav")) as server:
        yield server


@pytest.fixture
def sftp(sshd: SshServer) -> Way:
    return to_sftp(sshd, _fresh(sshd.folder))


@pytest.fixture
def webdav(dav: DavServer) -> Way:
    return to_webdav(dav, _fresh(dav.folder))


@pytest.fixture(params=["folder", "sftp", "webdav"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Way:
    if request.param == "folder":
        return to_folder(_fresh(tmp_path))
    made: Way = request.getfixturevalue(request.param)
    return made


def _fresh(parent: Path) -> Path:
    folder = parent / f"引渡し {uuid.uuid4().hex[:8]}"
    folder.mkdir()
    return folder
