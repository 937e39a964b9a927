"""BagIt 1.0 (RFC 8493): the tag files around a payload, and what of them does not hold any more."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")
DECLARATION, INFO = "bagit.txt", "bag-info.txt"
PAYLOAD = "data/"
FINGERPRINT_OF = "tagmanifest-sha256.txt"


def bag(payload: Mapping[str, bytes], info: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    """All files of the bag by path, in the order in which they are best packed. Payload names have no folder."""
    data = {PAYLOAD + name: payload[name] for name in sorted(payload)}
    oxum = f"{sum(map(len, data.values()))}.{len(data)}"
    tags = {DECLARATION: _DECLARATION, INFO: _info([*info, ("Payload-Oxum", oxum)])}
    tags |= {f"manifest-{name}.txt": _manifest(data, name) for name in ALGORITHMS}
    about_tags = {f"tagmanifest-{name}.txt": _manifest(tags, name) for name in ALGORITHMS}
    return {**tags, **about_tags, **data}


def fingerprint(files: Mapping[str, bytes]) -> str:
    """One hash that changes with any byte of any file: the tag manifest covers the manifests, they the payload."""
    return hashlib.sha256(files.get(FINGERPRINT_OF, b"")).hexdigest()


def faults(files: Mapping[str, bytes]) -> Iterator[str]:
    """A sentence for each file that is changed, missing or not listed, and for tag files that do not fit."""
    if files.get(DECLARATION) != _DECLARATION:
        yield f"{DECLARATION} がないか、BagIt 1.0 の宣言ではありません。"
    data = {path for path in files if path.startswith(PAYLOAD)}
    tags = {DECLARATION, INFO, *(f"manifest-{name}.txt" for name in ALGORITHMS)}
    about_tags = {f"tagmanifest-{name}.txt" for name in ALGORITHMS}
    for path in sorted(files.keys() - data - tags - about_tags):
        yield f"{path} は一覧にないファイルです。"
    for name in ALGORITHMS:
        yield from _listed(files, f"manifest-{name}.txt", name, data)
        yield from _listed(files, f"tagmanifest-{name}.txt", name, tags)
    oxum = f"{sum(len(files[path]) for path in data)}.{len(data)}"
    if f"Payload-Oxum: {oxum}\n".encode() not in files.get(INFO, b""):
        yield f"{INFO} の Payload-Oxum が、ファイルの大きさと数（{oxum}）に一致しません。"


def info_value(files: Mapping[str, bytes], label: str) -> str | None:
    """A value of bag-info.txt; None where there is none."""
    for line in files.get(INFO, b"").decode("utf-8", "replace").splitlines():
        name, found, value = line.partition(": ")
        if found and name == label:
            return value
    return None


def _listed(files: Mapping[str, bytes], manifest: str, algorithm: str, expected: Iterable[str]) -> Iterator[str]:
    if manifest not in files:
        yield f"{manifest} がありません。"
        return
    listed: dict[str, str] = {}
    for number, line in enumerate(files[manifest].decode("utf-8", "replace").splitlines(), 1):
        value, found, path = line.partition("  ")
        if not found or path in listed:
            yield f"{manifest} の{number}行目が決められた形ではありません。"
        else:
            listed[path] = value
    for path in sorted(listed.keys() | set(expected)):
        if path not in files:
            yield f"{path} がありません（{manifest} に載っています）。"
        elif path not in listed:
            yield f"{path} が {manifest} に載っていません。"
        elif hashlib.new(algorithm, files[path]).hexdigest() != listed[path]:
            yield f"{path} が作成時のものではありません（{manifest}）。"


def _manifest(files: Mapping[str, bytes], algorithm: str) -> bytes:
    return "".join(f"{hashlib.new(algorithm, files[path]).hexdigest()}  {path}\n" for path in sorted(files)).encode()


def _info(values: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{label}: {value}\n" for label, value in values).encode()
