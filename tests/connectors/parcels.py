"""Parcels of a few small files, and one of a real package."""

from functools import cache

from approved_minutes import approved, description

from minutes.profiles import load_profile
from records.connectors.parcel import Contents, parcel_of
from records.connectors.protocol import Parcel, ParcelFile
from records.package import Package, make_package
from records.package.editions import Encoding
from records.package.metadata_file import PackageMetadata

ID = "01990000-0000-7000-8000-00000000aaaa"


@cache
def package() -> Package:
    return make_package(approved(), load_profile(), description())


@cache
def real_parcel(contents: Contents = "zip", encoding: Encoding = Encoding.UTF8) -> Parcel:
    return parcel_of(package().content, id=ID, contents=contents, encoding=encoding)


def metadata() -> PackageMetadata:
    return real_parcel().metadata


def small_parcel(*contents: bytes, id: str = ID, name: str = "01990000_v3") -> Parcel:
    """As many documents as ``contents``, in a folder, and an index."""
    files = [ParcelFile(f"{name}/議事要旨 {n}.pdf", each, "application/pdf") for n, each in enumerate(contents, 1)]
    index = "".join(f"{each.path},{each.sha256}\r\n" for each in files).encode()
    return Parcel(id, name, (*files, ParcelFile(f"{name}.csv", index, "text/csv")), metadata())
