"""Why a fetch ends without a body: each error knows its fault, and says in words what the matter is."""

from __future__ import annotations

from typing import ClassVar

from news.feed import Fault


class FetchError(Exception):
    """A fetch that came to nothing. Its text is for the operator."""

    fault: ClassVar[Fault] = Fault.PROTOCOL


class AddressError(FetchError):
    """The address is not one a feed may live at."""

    fault = Fault.ADDRESS


class RedirectError(FetchError):
    """A redirect that is not followed."""

    fault = Fault.REDIRECT


class ResolveError(FetchError):
    """The resolver has no address for the host."""

    fault = Fault.DNS


class TlsError(FetchError):
    """The TLS handshake failed (certificate, protocol)."""

    fault = Fault.TLS


class TooBigError(FetchError):
    """More bytes than a feed may have."""

    fault = Fault.TOO_BIG


class EncodingError(FetchError):
    """The content encoding is not one that was asked for, or the bytes are not of it."""

    fault = Fault.ENCODING
