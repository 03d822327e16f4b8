"""One spelling for the many addresses of one article."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

# Parameters that say who sent the reader, never what is read.
_PREFIXES = "utm_ at_ mc_ pk_ piwik_ matomo_ hsa_ _hs ns_ sc_ wt_"
_TRACKING_PREFIXES = tuple(_PREFIXES.split())
_TRACKING_NAMES = (
    "fbclid gclid gclsrc dclid yclid msclkid twclid ttclid wbraid gbraid igshid igsh mkt_tok xtor ocid ito "
    "ncid smid cmp cmpid cid_source icid intcid int_cmp rss_id feedname feature sr_share share_source "
    "ref_src ref_url __twitter_impression _ga _gl _openstat yptr taid spm vero_id echobox traffic_source "
    "mibextid guccounter guce_referrer guce_referrer_sig soc_src soc_trk partner wpisrc wpmm "
    "phpsessid jsessionid aspsessionid amp amp_js_v amp_gsa usqp share sharetype shareaction"
)
_TRACKING = frozenset(_TRACKING_NAMES.split())
# Parameters that track only with such values; "ref=48211" or "source=12" may be the article's number.
_SENDERS = re.compile(
    r"(?:rss|feed|atom|xml|twitter|facebook|fb|x|telegram|whatsapp|newsletter|email|mail|home|homepage|hp|share|"
    r"social|google|gnews|push|app|mobile|amp|web|nl|rssfeed|feedburner|flipboard|applenews|partner)"
    r"(?:[_.\-][a-z_.\-]*)?\d{0,2}",
    re.IGNORECASE,
)
_SENDER_NAMES = "source src from via output outputtype referrer referer campaign medium channel"
_SENDING = frozenset(_SENDER_NAMES.split())
_NUMBER = re.compile(r"\d+")
_SESSION = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)

_TWIN_HOST = re.compile(r"^(?:www\d?|m|mobile|amp|touch|wap)\.(?=[^.]+\.[^.])")
_TWIN_INSIDE = re.compile(r"^([a-z]{2,3})\.m\.")  # en.m.wikipedia.org
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php\d?|aspx?|jsp|cgi|shtml)$", re.IGNORECASE)
_AMP_END = re.compile(r"(?:/amp(?:\.html)?|\.amp|\.amp(?=\.html$))(?=$|\.html$)", re.IGNORECASE)
_AMP_START = re.compile(r"^/amp(?=/.)", re.IGNORECASE)
_AMP_CACHE = re.compile(
    r"^(?:www\.)?google\.[a-z.]+/amp/(?:s/)?|^[\w.-]+\.cdn\.ampproject\.org/[cvi]/(?:s/)?"
)
_JSESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
# Live blogs address each entry by a fragment; other fragments are places on the page or tracking.
_ENTRY = re.compile(
    r"(?:block|post|entry|item|live|update|liveblog|news)[-_:]?[0-9a-f-]{4,}|!.+", re.IGNORECASE
)
_PORTS = {"http": 80, "https": 443}


def is_address(text: str) -> bool:
    """Whether the text is an http(s) address."""
    return text[:8].lower().startswith(("http://", "https://", "//"))


def canonical_link(url: str) -> str:
    """The address less what does not tell one article from another: one text for all its twins.

    http and https, www, mobile and AMP twins, default ports, trailing slashes, index pages, tracking
    parameters, the order of parameters and the spelling of percent escapes fall away. What may carry
    the article's identity stays. Text that is no http(s) address comes back stripped.
    """
    text = "".join(url.split())
    if not is_address(text):
        return url.strip()
    try:
        parts = urlsplit(text)
        host = _host(parts)
    except ValueError:
        return url.strip()
    if not host:
        return url.strip()
    bare = host + parts.path
    if _AMP_CACHE.match(bare):
        return canonical_link(
            "https://" + _AMP_CACHE.sub("", bare) + (f"?{parts.query}" if parts.query else "")
        )
    query = _query(parts.query)
    fragment = f"#{parts.fragment}" if _ENTRY.fullmatch(parts.fragment) else ""
    return (
        "https://" + _TWIN_INSIDE.sub(r"\1.", _TWIN_HOST.sub("", host)) + _path(parts.path) + query + fragment
    )


def is_home_page(canonical: str) -> bool:
    """Whether a canonical link names a whole site, which no item is."""
    _, _, rest = canonical.partition("://")
    return is_address(canonical) and not set(rest) & set("/?#")


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    port = parts.port
    return host if port is None or port in _PORTS.values() else f"{host}:{port}"


def _path(path: str) -> str:
    path = re.sub(r"/{2,}", "/", _JSESSION.sub("", path))
    path = _INDEX.sub("", path)
    stripped = _AMP_END.sub("", _AMP_START.sub("", path.rstrip("/")))
    path = (stripped or path).rstrip("/")
    return quote(unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape")


def _query(query: str) -> str:
    pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True, errors="surrogateescape")
    kept = sorted((name, value) for name, value in pairs if not _tracks(name.lower(), value))
    if not kept:
        return ""
    return "?" + "&".join(_escaped(name) + (f"={_escaped(value)}" if value else "") for name, value in kept)


def _escaped(text: str) -> str:
    return quote(text, safe="-._~:/,@!", errors="surrogateescape")


def _tracks(name: str, value: str) -> bool:
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    if name == "ref":
        return not _NUMBER.fullmatch(value)
    if name in _SENDING:
        return bool(_SENDERS.fullmatch(value))
    return name in ("sid", "session", "sessionid", "s_id") and bool(_SESSION.fullmatch(value))
