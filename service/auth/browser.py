"""A session's browser and network in words that its owner recognises; nothing finer is kept."""

from ipaddress import IPv4Address, IPv6Address, ip_address

_SYSTEMS = (("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"))
_LATER_SYSTEMS = (("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))
# Every browser also names others that it wants to be taken for, so the rarest name is looked for first.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("Chrome/", "Chrome"))
_LATER_BROWSERS = (("CriOS", "Chrome"), ("Safari/", "Safari"))

UNKNOWN = "不明なブラウザー"


def browser_in_words(user_agent: str) -> str:
    """``Windows の Edge``; 不明なブラウザー for programs and for what is not known."""
    system = next((name for mark, name in (*_SYSTEMS, *_LATER_SYSTEMS) if mark in user_agent), None)
    browser = next((name for mark, name in (*_BROWSERS, *_LATER_BROWSERS) if mark in user_agent), None)
    if browser is None:
        return UNKNOWN
    return f"{system} の {browser}" if system else browser


def network_of(address: str) -> str:
    """``192.0.2.*`` or ``2001:db8:1::/48``; empty where the server knows no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    if isinstance(known, IPv4Address):
        return str(known).rpartition(".")[0] + ".*"
    return f"{IPv6Address(int(known) >> 80 << 80)}/48"
