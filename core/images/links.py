"""A link from a catalogue, taken apart by hand: http(s) to a plain host, or refused with the reason."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

MAX_CHARACTERS = 4096
PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# A host that some programs would read in another way than this one never gets further.
_AFTER_SCHEME = re.compile(r"//[^/?#\s\\]+([/?#].*)?")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
# A last label of this kind is read as an address by some resolvers: 127.1, 0x7f.1, 2130706433, 0177.0.0.1.
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*")
_PLAIN = re.compile(r"https?://([a-z][a-z0-9-]*[a-z0-9]\.)+[a-z]{2,20}/[A-Za-z0-9/._+-]*")
# RFC 6761 and 6762: these never lead to a public server.
_PRIVATE_NAMES = ("invalid", "localhost", "local", "internal")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"


class RefusedLink(Exception):
    """A link that is not followed; the message says why, in a few words."""


@dataclass(frozen=True)
class Link:
    """A link that may be asked for, as far as its text can tell.

    Attributes:
        scheme: ``http`` or ``https``.
        host: Lower-case ASCII name, or an address without brackets.
        target: Path and query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port, as in the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The link spelt in one way: two spellings of one link are fetched once."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse_link(text: str) -> Link:
    """Take a link apart; blanks around it and a fragment are dropped.

    Raises:
        RefusedLink: Anything but http(s), a user or password in it, no host or an odd one, control characters.
    """
    text = text.strip()
    if len(text) > MAX_CHARACTERS:
        raise RefusedLink(f"longer than {MAX_CHARACTERS} characters")
    scheme, colon, rest = text.partition(":")
    if not colon or scheme.lower() not in PORTS or not rest.startswith("//"):
        raise RefusedLink("not an http or https link")
    if _CONTROL.search(rest) or not _AFTER_SCHEME.fullmatch(rest):
        raise RefusedLink("no host, or odd characters in the link")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname
    except ValueError:
        raise RefusedLink("not a well-formed link") from None
    if "@" in parts.netloc:
        raise RefusedLink("a user or a password in the link")
    if port == 0 or not host:
        raise RefusedLink("no host, or port 0")
    name = parts.scheme.lower()
    path = quote(parts.path or "/", safe=_PATH_SAFE)
    query = f"?{quote(parts.query, safe=_PATH_SAFE + '?')}" if parts.query else ""
    return Link(name, _host(host), port or PORTS[name], path + query)


def follow(link: Link, location: str) -> Link:
    """Where a redirect leads.

    Raises:
        RefusedLink: As :func:`parse_link`.
    """
    # urljoin drops line breaks and tabs without a word, parse_link does not.
    if _CONTROL.search(location):
        raise RefusedLink("odd characters in a redirect")
    try:
        return parse_link(urljoin(link.url, location.strip()))
    except ValueError:
        raise RefusedLink("a redirect that is no well-formed link") from None


def link_key(text: str) -> str:
    """The name under which a link's state is kept: its one spelling, or the text itself when it is refused."""
    if _PLAIN.fullmatch(text):
        # Most links of most catalogues: whether refused or not, they are their own key.
        return text
    try:
        return parse_link(text).url
    except RefusedLink:
        return text.strip()


def _host(host: str) -> str:
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).compressed
        except ValueError:
            raise RefusedLink("not a well-formed address") from None
    try:
        # Also folds full-width digits and dots, which would otherwise slip past the checks below.
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise RefusedLink("not a well-formed host") from None
    last = name.rpartition(".")[2]
    if _NUMERIC.fullmatch(last):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise RefusedLink("an address in a disguised spelling") from None
    if not _HOST.fullmatch(name):
        raise RefusedLink("not a well-formed host")
    if last in _PRIVATE_NAMES:
        raise RefusedLink(f"names in .{last} never lead to a public server")
    return name
