"""What a connector is, what it is given and what it gives back."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from minutes.errors import GijiyoshiError

if TYPE_CHECKING:
    # Settings read what may be reached, and so this page; every command would wait for the package's forms.
    from records.package.metadata_file import PackageMetadata


class Unreachable(GijiyoshiError):
    """The other side did not take it now; later it may."""

    status = 503
    category = "unreachable"


class Refused(GijiyoshiError):
    """The other side will never take it as it is: somebody has to look."""

    status = 502
    category = "refused"


@dataclass(frozen=True)
class ParcelFile:
    path: str
    """Relative, parted by ``/``; each part is a name that every share keeps (records.package.names)."""
    content: bytes
    media_type: str

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Parcel:
    """What is delivered. The same id always comes with the same bytes."""

    id: str
    """Stable: a receiver that sees it twice has one delivery, tried twice."""
    name: str
    """E.g. ``0199…_v3_5f0c81d2``: the meeting, its version, how the fingerprint begins. Paths begin with it."""
    files: tuple[ParcelFile, ...]
    """In the order in which they must appear: the last one, the CSV index, says that all are there."""
    metadata: "PackageMetadata"


@dataclass(frozen=True)
class Receipt:
    """What the other side holds now. ``already``: all of it was there, from an earlier try whose end was not recorded."""

    places: tuple[str, ...]
    """For each file its path, address or object id on the other side, in the order of the parcel."""
    already: bool = False
    notes: tuple[str, ...] = ()
    """In Japanese, for people: what the other side does not offer, e.g. 「保存期間の種別がないため、付けていません。」."""


class Connector(Protocol):
    """One configured way to one system. Used for one delivery, then dropped.

    ``deliver`` may be called again for the same parcel after any crash: it takes up what is there and never makes a
    second copy, never replaces a file that differs. Raises Unreachable or Refused, both with a sentence for people.
    """

    def deliver(self, parcel: Parcel) -> Receipt: ...

    def check(self) -> str:
        """Whether a delivery would be taken now, leaving nothing behind; what was found, in Japanese. Same errors."""
        ...
