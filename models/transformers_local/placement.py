"""Where the weights go, and as what kind of numbers."""

from dataclasses import dataclass
from typing import Any

import torch

from models.base import ModelUnready
from models.transformers_local.local_model import Dtype, LocalModel
from models.transformers_local.memory import free_bytes


@dataclass(frozen=True)
class Placement:
    device: str
    """cpu, cuda or cuda:N."""
    device_map: Any
    """As accelerate takes it."""
    dtype: torch.dtype

    def free_bytes(self) -> int | None:
        """Bytes; None where the system does not tell."""
        if self.device == "cpu":
            return free_bytes()
        if self.device_map == "auto":
            # What the devices do not hold accelerate keeps in the memory of the machine.
            devices = range(torch.cuda.device_count())
            return sum(int(torch.cuda.mem_get_info(at)[0]) for at in devices) + (free_bytes() or 0)
        return int(torch.cuda.mem_get_info(self.device)[0])


def placement(chosen: LocalModel, config: Any) -> Placement:
    """Raises ModelUnready where the device is not there."""
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    device = chosen.device if chosen.device != "auto" else ("cuda" if there else "cpu")
    wanted = torch.device(device)
    if wanted.type == "cuda" and (wanted.index or 0) >= there:
        raise ModelUnready(
            f"この計算機に「{device}」がありません（使えるGPU: {there}）。",
            where="GIJIYOSHI_TRANSFORMERS_DEVICE",
            remedy="auto 又は cpu にするか、GPUのドライバーと、CUDA版のtorchを確かめてください。",
        )
    spread = chosen.device == "auto" and wanted.type == "cuda"
    return Placement(device, "auto" if spread else {"": device}, _dtype(chosen.dtype, config, wanted.type))


def _dtype(chosen: Dtype, config: Any, kind: str) -> torch.dtype:
    if chosen != "auto":
        return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[chosen]
    stored = getattr(config, "dtype", None) or config.get_text_config().dtype or torch.float32
    return torch.float32 if kind == "cpu" and stored == torch.float16 else stored
