"""A model on a hub: the only part of the program that goes out for one, and only when a person asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from minutes.errors import InputError
from models.fetching.hub_errors import speaking
from models.fetching.medium import licence_in
from models.fetching.origin import Offered
from models.sizes import in_words

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo


@dataclass(frozen=True)
class OnHub:
    """Meets ``Origin``. One commit: what a branch points to may change while its files are being fetched."""

    source: str
    revision: str
    licence: str | None
    fetched_at: datetime
    offered: Sequence[Offered]

    def put(self, file: Offered, folder: Path) -> None:
        """A file that an earlier call finished is left; a connection that breaks is taken up where it broke."""
        from huggingface_hub import constants, hf_hub_download

        if constants.HF_HUB_DISABLE_XET and file.size > constants.MAX_HTTP_DOWNLOAD_SIZE:
            raise InputError(
                f"{in_words(file.size)}のファイルは、ふつうの HTTP では取り込めません。",
                where=file.path,
                remedy="HF_HUB_DISABLE_XET=0 を設定して実行すると、ハブの専用の転送で取り込みます。",
            )
        with speaking(self.source, self.revision):
            hf_hub_download(self.source, file.path, revision=self.revision, local_dir=folder)


def on_hub(source: str, revision: str | None) -> OnHub:
    """Ask the hub (HF_ENDPOINT) what the model consists of. Raises InputError; ImportError without the extra."""
    from huggingface_hub import HfApi

    with speaking(source, revision):
        info = HfApi().model_info(source, revision=revision, files_metadata=True, timeout=30.0)
    if info.sha is None:
        raise InputError("ハブの返答に版がありません。", where=source, remedy="HF_ENDPOINT を確かめてください。")
    licence = licence_in(vars(info.card_data)) if info.card_data is not None else None
    return OnHub(source, info.sha, licence, datetime.now(UTC), _offered(info))


def _offered(info: "ModelInfo") -> tuple[Offered, ...]:
    return tuple(
        Offered(each.rfilename, each.size or 0, each.lfs.sha256 if each.lfs is not None else None)
        for each in info.siblings or ()
    )
