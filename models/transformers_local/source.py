"""From what was set as the model to files on this machine. No weights are read here, and nothing is unpickled ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from minutes.os_errors import reason
from models.base import ModelUnready

MODEL_SETTING = "GIJIYOSHI_TRANSFORMERS_MODEL"
ADAPTER_SETTING = "GIJIYOSHI_TRANSFORMERS_ADAPTER"
_FETCHED = ("*.safetensors", "*.json", "*.model", "*.txt", "*.jinja", "*.tiktoken")
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt")


@dataclass(frozen=True)
class Source:
    folder: Path
    gguf: str | None
    """Name of the file in ``folder``, where the model is one file."""
    name: str
    """For people: hub id, or name of the folder or file. Never a path."""

    @property
    def weights(self) -> tuple[Path, ...]:
        if self.gguf is not None:
            return (self.folder / self.gguf,)
        return tuple(sorted(self.folder.glob("*.safetensors")))

    @property
    def path(self) -> Path:
        return self.folder if self.gguf is None else self.folder / self.gguf


def find_model(model: str, revision: str | None) -> Source:
    """Raises ModelUnready where there is no model that can be read."""
    path = Path(model).expanduser()
    with _told(model):
        if path.suffix.lower() == ".gguf":
            if not path.is_file():
                raise _unready(model, "GGUFファイルがありません。", "ファイルの場所を確かめてください。")
            return Source(path.parent, path.name, path.name)
        if path.is_dir():
            return _folder(path, path.resolve().name, model)
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") != 1:
        raise _unready(
            model, "モデルのフォルダーがありません。", "config.json のあるフォルダーの場所を書いてください。"
        )
    return _folder(_snapshot(model, revision), model, model)


def check_adapter(adapter: str) -> Path:
    """Raises ModelUnready where it is no folder of a LoRA adapter."""
    folder = Path(adapter).expanduser()
    with _told(adapter, ADAPTER_SETTING):
        for name in ("adapter_config.json", "adapter_model.safetensors"):
            if not (folder / name).is_file():
                raise _unready(
                    adapter,
                    f"アダプターのフォルダーに {name} がありません。",
                    "peft が safetensors で保存した LoRA のフォルダーを書いてください。",
                    ADAPTER_SETTING,
                )
    return folder


def _folder(folder: Path, name: str, model: str) -> Source:
    if not (folder / "config.json").is_file() and any(folder.glob("*.gguf")):
        raise _unready(
            model, "フォルダーにはGGUFファイルだけがあります。", "フォルダーでなく .gguf のファイルを書いてください。"
        )
    found = Source(folder, None, name)
    if not found.weights:
        if any(any(folder.glob(pattern)) for pattern in _PICKLED):
            what = (
                "重みが pickle 形式（.bin など）しかありません。読み込むと任意のプログラムが動き得るため、使いません。"
            )
            raise _unready(model, what, "safetensors 形式の重みを用意してください。")
        raise _unready(model, "フォルダーに重み（.safetensors）がありません。", "モデルを取り込み直してください。")
    return found


def _snapshot(model: str, revision: str | None) -> Path:
    """Of the hub's local cache; fetched where the operator allows it by HF_HUB_OFFLINE=0."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.constants import is_offline_mode

    offline = is_offline_mode()
    try:
        return Path(
            snapshot_download(model, revision=revision, local_files_only=offline, allow_patterns=list(_FETCHED))
        )
    except Exception as error:
        # Whatever the hub's client raises, the model is not there.
        if offline:
            what = "そのフォルダーはなく、Hugging Face の手元のキャッシュにもモデルがありません（接続は禁止）。"
            remedy = "フォルダーの場所を書くか、外部と通信できる場所で取り込んだモデルを持ち込んでください。"
        else:
            what = f"そのフォルダーはなく、Hugging Face からも取得できません（{type(error).__name__}）。"
            remedy = "名前、版及び接続を確かめてください。"
        raise _unready(model, what, remedy) from error


@contextmanager
def _told(written: str, setting: str = MODEL_SETTING) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unready(
            written, f"読めません（{reason(error)}）。", "場所と読取りの権限を確かめてください。", setting
        ) from error


def _unready(written: str, what: str, remedy: str, setting: str = MODEL_SETTING) -> ModelUnready:
    return ModelUnready(f"モデル「{written}」を使えません。{what}", where=setting, remedy=remedy)
