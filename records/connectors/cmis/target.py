"""Where in a repository parcels are to lie, and what was found there before anything is made."""

import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import httpx2
from pydantic import AfterValidator, Field, model_validator

from minutes.value import Value
from records.connectors.cmis.client import CmisClient
from records.connectors.cmis.form import PropertyValues
from records.connectors.cmis.objects import DOCUMENT, FOLDER, CmisObject, Repository, TypeDefinition
from records.connectors.cmis.properties import (
    DESCRIPTION,
    SECONDARY,
    TYPE,
    Mapped,
    definitions,
    property_values,
    read_mapping,
    refuse_unfilled,
)
from records.connectors.cmis.retention import TYPES
from records.connectors.http_client import server_url
from records.connectors.protocol import Parcel, ParcelFile, Refused
from records.connectors.server_fields import CaFile, PlainHttp


def _folder(text: str) -> str:
    parts = [part for part in text.strip().split("/") if part]
    if not text.strip().startswith("/") or any(part in (".", "..") for part in parts):
        raise ValueError("フォルダーを / から始まるパスで書いてください（例：/記録/会議）。")
    return "/" + "/".join(parts)


_SECONDARY = "cmis:secondary"
_KINDS = {DOCUMENT: "文書", FOLDER: "フォルダー", _SECONDARY: "追加"}

FolderPath = Annotated[str, AfterValidator(_folder)]


class TargetConfig(Value):
    """What is asked of every repository that is spoken to by CMIS."""

    url: Annotated[str, Field(min_length=1, max_length=1000, title="アドレス", description="https:// から書きます")]
    user: Annotated[
        str,
        Field(
            max_length=100,
            title="利用者名",
            description="引渡し専用の利用者。引渡し先のフォルダーへの書込みだけを許すことを勧めます。トークンでは空欄",
            examples=["gijiyoshi"],
        ),
    ] = ""
    authentication: str = ""
    ca_file: CaFile = ""
    plain: PlainHttp = False
    folder: Annotated[
        FolderPath,
        Field(
            max_length=1000,
            title="引渡し先のフォルダー",
            description="リポジトリの中のパスです。すでにあるフォルダーを指定します",
            examples=["/記録/会議"],
        ),
    ]
    document_type: Annotated[
        str,
        Field(
            max_length=1000,
            title="文書の種別",
            description="作る文書の種別のID（cmis:objectTypeId）です",
            min_length=1,
            examples=["cmis:document"],
        ),
    ] = DOCUMENT
    folder_type: Annotated[
        str,
        Field(
            max_length=1000,
            title="フォルダーの種別",
            description="パッケージごとに作るフォルダーの種別のIDです",
            min_length=1,
            examples=["cmis:folder"],
        ),
    ] = FOLDER
    secondary_types: Annotated[
        str,
        Field(
            max_length=1000,
            title="追加の種別",
            description="文書に付ける二次種別（アスペクト）のIDです。二つ以上は、読点又はコンマで区切ります",
            examples=["P:cm:titled"],
        ),
    ] = ""
    properties: Annotated[
        Mapped,
        Field(
            max_length=10_000,
            title="プロパティの対応",
            description="パッケージの項目をリポジトリのどのプロパティに入れるかを、1行に一つ（又は ; で区切って）「項目名=プロパティID」の形で書きます。"
            "項目名は metadata.csv の列の名前、「会議名」及び「開催日」です。空欄なら、説明（cmis:description）だけを入れます",
            examples=["文書番号=city:documentNumber\n名称（小分類）=city:fileTitle\n保存期間満了日=city:retentionEnd"],
        ),
    ] = ""

    @model_validator(mode="after")
    def _reachable_by_its_scheme(self) -> "TargetConfig":
        server_url(self.url, plain=self.plain)
        return self

    def base(self) -> httpx2.URL:
        return server_url(self.url, plain=self.plain)


@dataclass(frozen=True)
class Target:
    repository: Repository
    folder: CmisObject
    path: str
    type: TypeDefinition
    """With the properties of the secondary types."""
    secondary: tuple[str, ...]
    retention: Mapping[str, TypeDefinition]
    """The retention types of the standard that the repository offers."""
    mapping: Mapping[str, str]

    def properties_of(self, file: ParcelFile, parcel: Parcel) -> PropertyValues:
        """Of one document, but for its name and its retention. Raises Refused where they do not fit the type."""
        values = property_values(parcel.metadata, self.mapping, self.type)
        description = self.type.properties.get(DESCRIPTION)
        if description is not None and description.settable:
            values.setdefault(DESCRIPTION, _description(file, parcel)[: description.most_characters])
        refuse_unfilled(self.type, values)
        added = {SECONDARY: self.secondary} if self.secondary else {}
        return {TYPE: self.type.id, **added, **values}

    def described(self) -> str:
        """In Japanese: what was found."""
        product = f"（{self.repository.product}）" if self.repository.product else ""
        offered = "、".join(self.retention)
        kept = f"保存期間の種別：{offered}。" if offered else "保存期間の種別はありません（満了日は付きません）。"
        return (
            f"リポジトリ「{self.repository.name or self.repository.id}」{product}のフォルダー「{self.path}」に、"
            f"種別「{self.type.id}」の文書として置けます。{kept}"
        )


def find_target(client: CmisClient, config: TargetConfig, repository_id: str) -> Target:
    """Raises Refused, with what to mend, where a delivery would not be taken. Makes nothing."""
    repository = _chosen(client.repositories(), repository_id)
    folder = client.object_at(repository, config.folder)
    if folder is None or not folder.is_folder:
        why = "がありません" if folder is None else "は、フォルダーではありません"
        raise Refused(
            f"リポジトリに、フォルダー「{config.folder}」{why}。",
            where=config.folder,
            remedy="フォルダーを作るか、引渡し先のフォルダーの設定を直してください。利用者に読む権限がないときも、ないように見えます。",
        )
    if folder.may_create is False:
        raise Refused(
            f"フォルダー「{config.folder}」に、文書を作る権限がありません。",
            where=config.folder,
            remedy="リポジトリの管理者に、引渡し用の利用者への書込みの許可を依頼してください。",
        )
    plain = _type(client, repository, config.document_type, DOCUMENT)
    added = tuple(each.strip() for each in re.split("[,、，]", config.secondary_types) if each.strip())
    secondary = [_type(client, repository, each, _SECONDARY) for each in added]
    type_ = replace(plain, properties=dict(ChainMap(*(dict(each.properties) for each in (plain, *secondary)))))
    _type(client, repository, config.folder_type, FOLDER)
    mapping = read_mapping(config.properties)
    definitions(mapping, type_)
    refuse_unfilled(type_, dict.fromkeys([*mapping.values(), DESCRIPTION]))
    offered = {each: client.type_definition(repository, each) for each in TYPES}
    return Target(
        repository,
        folder,
        config.folder,
        type_,
        added,
        {key: definition for key, definition in offered.items() if definition is not None},
        mapping,
    )


def _chosen(repositories: list[Repository], repository_id: str) -> Repository:
    ids = "、".join(each.id[:50] for each in repositories[:10])
    found = [each for each in repositories if repository_id in ("", each.id)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(
            f"リポジトリが{len(found)}あります（{ids}）。",
            where="リポジトリID",
            remedy="どれに引き渡すかを、リポジトリIDに書いてください。",
        )
    raise Refused(
        f"リポジトリ「{repository_id}」がありません（あるのは {ids}）。",
        where="リポジトリID",
        remedy="リポジトリIDを直すか、空欄にしてください。",
    )


def _type(client: CmisClient, repository: Repository, type_id: str, base: str) -> TypeDefinition:
    found = client.type_definition(repository, type_id)
    what = _KINDS[base]
    if found is None:
        why = "がありません"
    elif found.base != base:
        why = f"は、{what}の種別ではありません"
    elif base != _SECONDARY and not found.creatable:
        why = "は、作成できない種別です"
    elif base == DOCUMENT and not found.with_content:
        why = "は、中身を置けない種別です"
    else:
        return found
    raise Refused(
        f"リポジトリに、{what}の種別「{type_id}」{why}。" if found is None else f"種別「{type_id}」{why}。",
        where=type_id,
        remedy=f"引渡し先の設定の{what}の種別を、リポジトリの管理者に確かめて直してください。",
    )


def _description(file: ParcelFile, parcel: Parcel) -> str:
    name = file.path.rpartition("/")[2]
    item = parcel.metadata.item
    told = next((each.description for each in item.attachments if each.name == name), "")
    return f"{item.title}（{told}）" if told else item.title
