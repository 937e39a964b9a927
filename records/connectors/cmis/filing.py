"""A parcel in a folder of a repository: found there before it is made, never made twice, never replaced."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from records.connectors.cmis.client import Clash, CmisClient, CmisRefused
from records.connectors.cmis.form import Content, PropertyValues
from records.connectors.cmis.objects import CmisObject
from records.connectors.cmis.target import Target
from records.connectors.protocol import ParcelFile, Refused, Unreachable

SameName = Callable[[str, str], bool]
"""Whether an object's name (second) is what became of the name wanted (first)."""

_TAKEN = frozenset({"contentAlreadyExists", "nameConstraintViolation", "constraint"})


def same(wanted: str, found: str) -> bool:
    return wanted == found


@dataclass(frozen=True)
class Placed:
    document: CmisObject
    folder: str
    """Path of the folder it lies in."""
    made: bool

    @property
    def path(self) -> str:
        return f"{self.folder.rstrip('/')}/{self.document.name}"


class Filing:
    """One parcel into ``target``. Remembers what it saw in a folder, so that each is listed once.

    A name is first looked up by path and then among the children: some products (Nuxeo) make a path of their own from
    a name, others (Alfresco) rename a document when it becomes a record; to both, the path alone says that it is not
    there, and it would be made a second time.
    """

    def __init__(
        self,
        client: CmisClient,
        target: Target,
        *,
        folder_type: str,
        same_name: SameName = same,
    ) -> None:
        self._client = client
        self._repository = target.repository
        self._folder_type = folder_type
        # A type without versions takes no other state, one with versions does not take this (2.1.13.7).
        self._state = "major" if target.type.versionable else "none"
        self._same_name = same_name
        self._folders = {"": (target.folder, target.path)}
        self._seen: dict[str, list[CmisObject]] = {}

    def place(self, file: ParcelFile, properties: PropertyValues) -> Placed:
        """``properties`` without the name.

        Raises Refused where a document of that name has another content, or the repository gives it another name.
        """
        *parents, name = file.path.split("/")
        folder, path = self._folder(tuple(parents))
        found = self._named(folder, path, name, self._same_name)
        if not found:
            return self._make(folder, path, name, file, properties)
        document = next((each for each in found if self._holds(each, file)), None)
        if document is None:
            raise Refused(
                f"「{path.rstrip('/')}/{found[0].name}」がすでにあり、中身が異なります。置き換えていません。",
                where=path,
                remedy="リポジトリの文書を確かめ、誤って置かれたもの又は途中までのものであれば、取り除いてからやり直してください。",
            )
        return Placed(document, path, made=False)

    def _folder(self, parents: tuple[str, ...]) -> tuple[CmisObject, str]:
        key = "/".join(parents)
        if key not in self._folders:
            above, path = self._folder(parents[:-1])
            name = parents[-1]
            inner = f"{path.rstrip('/')}/{name}"
            found = self._named(above, path, name, same)
            if found and not found[0].is_folder:
                raise Refused(
                    f"「{inner}」が、フォルダーではなく文書としてすでにあります。",
                    where=path,
                    remedy="その文書の名前を変えるか、別のフォルダーを引渡し先にしてください。",
                )
            self._folders[key] = (found[0] if found else self._make_folder(above, path, name), inner)
        return self._folders[key]

    def _make_folder(self, above: CmisObject, path: str, name: str) -> CmisObject:
        properties = {"cmis:objectTypeId": self._folder_type, "cmis:name": name}
        try:
            made = self._client.object(
                self._repository, self._client.create_folder(self._repository, above, properties), name
            )
        except CmisRefused as refused:
            found = self._client.object_at(self._repository, f"{path.rstrip('/')}/{name}") if _taken(refused) else None
            if found is None or not found.is_folder:
                raise
            return found
        if made.name != name:
            raise self._renamed(above, made, path, name)
        self._seen[made.id] = []
        return made

    def _make(self, folder: CmisObject, path: str, name: str, file: ParcelFile, properties: PropertyValues) -> Placed:
        content = Content(name, file.media_type, file.content)
        try:
            made_id = self._client.create_document(
                self._repository, folder, {"cmis:name": name, **properties}, content, versioning_state=self._state
            )
        except CmisRefused as refused:
            found = self._client.object_at(self._repository, f"{path.rstrip('/')}/{name}") if _taken(refused) else None
            if found is None or not self._holds(found, file):
                raise
            return Placed(found, path, made=False)  # another try of the same parcel was faster
        made = self._client.object(self._repository, made_id, name)
        if made.name != name:
            raise self._renamed(folder, made, path, name)
        if not self._holds(made, file):
            self._take_back(folder, made)
            raise Unreachable(
                f"「{path.rstrip('/')}/{name}」の中身が、送ったものと異なって保存されたので、取り消しました。",
                where=path,
                remedy="自動で送り直します。続く場合は、途中の検査の装置（プロキシ、無害化）が中身を変えていないかを確かめてください。",
            )
        return Placed(made, path, made=True)

    def _renamed(self, folder: CmisObject, made: CmisObject, path: str, name: str) -> Refused:
        """The standard lets a repository choose another name instead of refusing a taken or forbidden one."""
        self._take_back(folder, made)
        return Refused(
            f"リポジトリが「{name}」の名前を変えて作ったので、取り消しました。",
            where=path,
            remedy="同じ名前のものが見えない権限で残っていないか、使えない文字のある名前でないか（ファイル名を英数字にする設定があります）を確かめてください。",
        )

    def _take_back(self, folder: CmisObject, made: CmisObject) -> None:
        """Only what was not there before: a repository might answer with an object that it had already."""
        if made.id not in {each.id for each in self._seen[folder.id]}:
            self._client.delete(self._repository, made.id, made.name)

    def _named(self, folder: CmisObject, path: str, name: str, same_name: SameName) -> list[CmisObject]:
        """Whatever is there for that name; several where the repository allows it."""
        if folder.id in self._seen:
            children = self._seen[folder.id]
        else:
            found = self._client.object_at(self._repository, f"{path.rstrip('/')}/{name}")
            if found is not None:
                return [found]
            children = self._seen[folder.id] = list(self._client.children(self._repository, folder))
        return [
            self._client.object(self._repository, each.id, each.name) for each in children if same_name(name, each.name)
        ]

    def _holds(self, document: CmisObject, file: ParcelFile) -> bool:
        if document.is_folder:
            return False
        if document.sha256 is not None:
            return document.sha256 == file.sha256
        if document.length is not None and document.length != len(file.content):
            return False
        # Twice the size it ought to have: a larger one differs whatever the rest is, and is refused all the same. Read
        # twice where it differs: an answer that went wrong once would end the delivery for good.
        readings = (
            self._client.content(self._repository, document, most=2 * len(file.content) + 1024) for _ in range(2)
        )
        return any(hashlib.sha256(each).hexdigest() == file.sha256 for each in readings)


def _taken(refused: CmisRefused) -> bool:
    return isinstance(refused, Clash) or refused.exception in _TAKEN
