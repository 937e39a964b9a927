"""The connectors there are. A new one is one line here; see docs/connectors.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from minutes.value import Value
from records.connectors.alfresco import Alfresco, AlfrescoConfig
from records.connectors.cmis.connector import Cmis, CmisConfig
from records.connectors.folder import Folder, FolderConfig
from records.connectors.protocol import Connector
from records.connectors.reach import Reach
from records.connectors.sftp import Sftp, SftpConfig
from records.connectors.webdav import Webdav, WebdavConfig


@dataclass(frozen=True)
class Kind:
    """A kind of system: what a person fills in about one, and how it is opened."""

    id: str
    label: str
    """In Japanese, e.g. 「SFTP サーバー」."""
    config: type[Value]
    """Its fields have Japanese titles and descriptions: the form is made of them."""
    secret: str | None
    """What its secret is called, e.g. 「パスワード又は秘密鍵」; None: it has none. Secrets are never in ``config``."""
    open: Callable[[Any, str | None, Reach], Connector]
    """From a value of ``config``, the secret and what the operator allows to be reached. Connects to nothing yet."""


KINDS: Mapping[str, Kind] = {
    each.id: each
    for each in (
        Kind("folder", "フォルダー（共有フォルダーを含む）", FolderConfig, None, Folder),
        Kind("sftp", "SFTP サーバー", SftpConfig, "パスワード又は秘密鍵", Sftp),
        Kind("webdav", "WebDAV サーバー", WebdavConfig, "パスワード", Webdav),
        Kind("cmis", "CMIS のリポジトリ", CmisConfig, "パスワード又はトークン", Cmis),
        Kind("alfresco", "Alfresco（記録管理）", AlfrescoConfig, "パスワード又はトークン", Alfresco),
    )
}
