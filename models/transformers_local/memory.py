"""Whether the weights will fit: a process that is killed for its memory cannot say what was wrong."""

import json
import struct
from math import prod
from pathlib import Path
from typing import Any

import torch

from models.base import ModelUnready
from models.transformers_local.source import MODEL_SETTING, Source

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_NO_ROOM_ON_PROCESSOR = ("can't allocate memory", "not enough memory", "std::bad_alloc")
_OTHER_THAN_WEIGHTS = 256 * 2**20
"""Libraries, the tokenizer and one batch of a small model; less than this is surely too little."""


def check_memory(source: Source, bytes_each: int, free: int | None) -> None:
    """Raises ModelUnready where the weights, at ``bytes_each`` for each number, are more than is ``free``."""
    needed = _numbers(source) * bytes_each + _OTHER_THAN_WEIGHTS
    if free is not None and needed > free:
        raise too_little(source.name, needed, free)


def too_little(name: str, needed: int | None = None, free: int | None = None) -> ModelUnready:
    told = f"（必要 {needed / 2**30:.1f} GiB、空き {free / 2**30:.1f} GiB）" if needed and free is not None else ""
    return ModelUnready(
        f"モデル「{name}」を読み込むにはメモリが足りません{told}。",
        where=MODEL_SETTING,
        remedy="小さいモデルを使うか、GIJIYOSHI_TRANSFORMERS_DTYPE を bfloat16 にするか、量子化するか、メモリを増やしてください。",
    )


def out_of_memory(error: BaseException) -> bool:
    """Also where torch has no own error for it: on the processor it raises a plain RuntimeError."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(each in str(error) for each in _NO_ROOM_ON_PROCESSOR)


def free_bytes(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> int | None:
    """What a process may still take, of the machine and of its container; None where the system does not tell."""
    found: list[int] = []
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        found.append(int(lines["MemAvailable"].split()[0]) * 1024)
    except (OSError, ValueError, KeyError):
        return None
    try:
        limit, used = ((cgroup / name).read_text().strip() for name in ("memory.max", "memory.current"))
        if limit != "max":
            # Pages of files that were read count as used, but give way.
            stat = dict(line.split() for line in (cgroup / "memory.stat").read_text().splitlines())
            found.append(int(limit) - int(used) + int(stat.get("inactive_file", 0)) + int(stat.get("active_file", 0)))
    except (OSError, ValueError):
        pass
    return max(0, min(found))


def _numbers(source: Source) -> int:
    """How many numbers the weights are, by the heads of their files."""
    if source.gguf is not None:
        from gguf import GGUFReader

        return sum(prod(map(int, tensor.shape)) for tensor in GGUFReader(source.weights[0]).tensors)
    return sum(prod(tensor["shape"]) for file in source.weights for tensor in _heads(file))


def _heads(file: Path) -> list[dict[str, Any]]:
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        head = json.loads(opened.read(length))
    return [each for name, each in head.items() if name != "__metadata__"]
