"""How large a file is, in words."""


def in_words(size: int) -> str:
    """As disks and hubs count: 1 GB is a thousand million bytes."""
    for unit, bytes_in in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bytes_in:
            return f"{size / bytes_in:.1f} {unit}"
    return f"{size} バイト"
