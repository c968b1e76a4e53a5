"""What a setting has to be. Each check returns the value as it is kept, or raises ValueError with what to give."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_RATE = re.compile(r"[1-9][0-9]{0,6}/(second|minute|hour|day)")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_PREFIX_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_SHORTEST_PASSWORD = 12  # characters


def check_port(port: int) -> int:
    """A TCP port."""
    if not 0 <= port <= 65535:
        raise ValueError(f"{port} is not a port. Give a number from 0 to 65535.")
    return port


def check_positive(number: int) -> int:
    """A number of 1 or more."""
    if number < 1:
        raise ValueError(f"{number} is less than 1.")
    return number


def check_not_negative(number: int) -> int:
    """A number of 0 or more."""
    if number < 0:
        raise ValueError(f"{number} is less than 0.")
    return number


def check_one_of(*known: str) -> Callable[[str], str]:
    """One of the words given."""

    def _check(given: str) -> str:
        if given not in known:
            raise ValueError(f"'{given}' is none of {', '.join(known)}.")
        return given

    return _check


def check_prefix(path: str) -> str:
    """A path prefix without its last slash, or nothing."""
    path = path.rstrip("/")
    if path and not _PREFIX_PATH.fullmatch(path):
        raise ValueError(f"'{path}' is no path prefix. Give one such as /bot, or nothing.")
    return path


def check_rate(rate: str) -> str:
    """So many in a stretch of time, as the `limits` library writes it, or nothing."""
    if rate and not _RATE.fullmatch(rate):
        raise ValueError(f"'{rate}' is no rate. Give one such as 60/minute (second, minute, hour, day), or nothing.")
    return rate


def check_header(name: str) -> str:
    """The name of a header, or nothing."""
    if name and not _HEADER.fullmatch(name):
        raise ValueError(f"'{name}' is no header name. Give one such as Remote-User, or nothing.")
    return name


def check_password(password: str) -> str:
    """A password that takes long to guess, or nothing."""
    if password and len(password) < _SHORTEST_PASSWORD:
        raise ValueError(f"the password has {len(password)} characters. Give at least {_SHORTEST_PASSWORD}.")
    return password


def check_networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks, as CIDR writes them."""
    if not given:
        return ()
    from ipaddress import ip_network

    try:
        return tuple(str(ip_network(network)) for network in given)
    except ValueError as error:
        raise ValueError(f"{error}. Give addresses or networks, such as 10.0.0.5 192.168.7.0/24.") from None


def check_origins(given: tuple[str, ...]) -> tuple[str, ...]:
    """Origins (RFC 6454), each once."""
    return tuple(dict.fromkeys(_read_origin(text) for text in given))


def _read_origin(text: str) -> str:
    """An origin as browsers write it (RFC 6454 section 6.2): in small letters, without the scheme's own port."""
    wrong = f"'{text}' is no origin. Give scheme, host and port only, such as https://intranet.example:8443."
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise ValueError(wrong) from None
    if parts.scheme not in _DEFAULT_PORTS or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        raise ValueError(wrong)
    named = f"[{host}]" if ":" in host else host
    if (
        parts.netloc.lower() not in {named, f"{named}:{port}"}
        or text.removesuffix("/") != f"{text[: text.index(':')]}://{parts.netloc}"
    ):
        raise ValueError(wrong)
    return f"{parts.scheme}://{named}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")
