"""A roster kept as a table (CSV, Excel) as the attendees of a meeting; a cell is taken as it stands or not at all."""

from minutes.roster_file.read import ROSTER_MAX_BYTES, read_roster

__all__ = ["ROSTER_MAX_BYTES", "read_roster"]
