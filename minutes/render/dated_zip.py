"""A zip whose members carry a given time: libraries write the clock's, and the same document must give the same bytes."""

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def dated(package: bytes, at: datetime) -> bytes:
    """The package with ``at`` as the time of every member."""
    buffer = BytesIO()
    with ZipFile(BytesIO(package)) as before, ZipFile(buffer, "w") as after:
        for each in before.infolist():
            member = ZipInfo(each.filename, at.timetuple()[:6])
            member.compress_type = ZIP_DEFLATED
            after.writestr(member, before.read(each))
    return buffer.getvalue()
