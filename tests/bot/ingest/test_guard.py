"""Forged addresses: none of them leads to a connection. The server on loopback stands for every
service that is not the open internet's; it must never be reached."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from bot.ingest.faults import AddressError
from bot.ingest.guard import check_address, literal
from news.feed import Fault, Fetched, FetchFailed
from tests.bot.ingest.fetching import SHORT, a_feed, fetching
from tests.fakes.feeds import FeedServer, Said, redirect, rss

CLOSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1",
    "127.1.2.3", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:53aa:64c::1", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
OPEN = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255",
        "2606:4700::1111", "2a00:1450:4001::200e", "2001:4860:4860::8888", "2400:cb00::1"]  # fmt: skip

# Spellings that some resolver or parser takes for 127.0.0.1 or another closed address.
FORGED_HOSTS = [
    "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "0", "00",
    "127.0.0.1.", "127.0.0.01", "0127.0.0.1", "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "127.0.0.1%00",
    "[::1]", "[::]", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[2002:7f00:0001::]", "[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[::1%25lo]",
    "10.0.0.1", "169.254.169.254", "100.64.0.1", "192.168.0.1", "127.0.0.1#@example.org",
    "user@127.0.0.1", "example.org@127.0.0.1", "example.org:80@127.0.0.1", "1.1.1.1@127.0.0.1",
    "127.0.0.1\\@example.org", "exa mple.org", "", ".", "..", "a..b", "-", "1.2.3.4.5", "0x7f.1",
    "0xffffffff", "4294967296", "%31%32%37.0.0.1", "127.0.0.1\t.example.org",
]  # fmt: skip
FORGED_URLS = [
    "file:///etc/passwd", "ftp://example.org/feed", "gopher://127.0.0.1:70/_", "//127.0.0.1/feed",
    "127.0.0.1", "javascript:alert(1)", "http:/127.0.0.1/feed", "http:///feed", "dict://127.0.0.1:11211/",
    "data:,x", "", "http://[::1", "http://127.0.0.1:99999/", "http://127.0.0.1:-1/",
    "unix:/run/x.sock", "http+unix://%2Frun/",
]  # fmt: skip


class Names:
    """A resolver of ours: a name's answers in turn, the last one for good."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name: list(each) for name, each in answers.items()}
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        answers = self._answers[host.partition(".")[0]]
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.mark.parametrize("text", CLOSED)
def test_addresses_that_are_not_public_are_refused(text: str) -> None:
    with pytest.raises(AddressError):
        check_address(ip_address(text))


@pytest.mark.parametrize("text", OPEN)
def test_public_addresses_are_open(text: str) -> None:
    check_address(ip_address(text))


def test_the_setting_opens_loopback_and_nothing_else() -> None:
    opened = []
    for text in CLOSED:
        try:
            check_address(ip_address(text), allow_loopback=True)
        except AddressError:
            continue
        opened.append(text)
    assert opened == ["127.0.0.1", "127.1.2.3", "::1"]


@pytest.mark.parametrize(
    "host", ["example.org", "xn--e1afmkfd.xn--p1ai", "a-b.example", "feeds.co.uk", "x_y.org"]
)
def test_names_are_no_literals(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize("host", FORGED_HOSTS)
async def test_forged_hosts_reach_nothing(host: str) -> None:
    async with (
        FeedServer({"/feed": Said(rss("secret"))}) as server,
        fetching(allow_loopback=False) as fetcher,
    ):
        head, at, tail = host.partition("#")
        result = await fetcher.fetch(a_feed(f"http://{head}:{server.port}/feed{at}{tail}"))
    assert isinstance(result, FetchFailed)
    assert result.fault in (Fault.ADDRESS, Fault.DNS), result
    assert server.connections == 0


@pytest.mark.parametrize("url", FORGED_URLS)
async def test_forged_addresses_are_faults(url: str) -> None:
    async with fetching(allow_loopback=False) as fetcher:
        result = await fetcher.fetch(a_feed(url))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.ADDRESS, result


@pytest.mark.parametrize("closed", CLOSED)
async def test_a_name_that_resolves_to_a_closed_address_is_refused(closed: str) -> None:
    names = Names(inside=[[closed]])
    async with fetching(allow_loopback=False, resolve=names) as fetcher:
        result = await fetcher.fetch(a_feed("http://inside.example.org/feed"))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.ADDRESS
    assert "inside.example.org" in result.detail


@pytest.mark.parametrize("answers", [["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"],
                                     ["2606:4700::1111", "::1"], ["8.8.8.8", "fe80::1%lo"]])  # fmt: skip
async def test_one_closed_answer_spoils_all(answers: list[str]) -> None:
    names = Names(mixed=[answers])
    async with FeedServer() as server, fetching(allow_loopback=False, resolve=names) as fetcher:
        result = await fetcher.fetch(a_feed(f"http://mixed.example.org:{server.port}/feed"))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.ADDRESS
    assert server.connections == 0


async def test_a_name_is_resolved_once_and_its_number_connected_to() -> None:
    """Rebinding: what was checked is what is connected to; a second answer is never asked for."""
    names = Names(turn=[["127.0.0.1"], ["10.0.0.1"]])
    async with FeedServer({"/feed": Said(rss("one"))}) as server, fetching(resolve=names) as fetcher:
        result = await fetcher.fetch(a_feed(f"http://turn.example.org:{server.port}/feed"))
    assert isinstance(result, Fetched)
    assert names.asked == 1
    assert server.asked[0].headers["host"] == f"turn.example.org:{server.port}"


async def test_a_second_connection_is_checked_anew() -> None:
    names = Names(turn=[["127.0.0.1"], ["10.0.0.1"]])
    said = Said(rss("one"), length=False)
    async with FeedServer({"/feed": said}) as server, fetching(resolve=names) as fetcher:
        url = f"http://turn.example.org:{server.port}/feed"
        assert isinstance(await fetcher.fetch(a_feed(url)), Fetched)
        result = await fetcher.fetch(a_feed(url))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.ADDRESS


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]:{port}/in",
           "http://2130706433:{port}/in", "//0x7f.1:{port}/in", "http://user@127.0.0.1:{port}/in",
           "http://inside.example.org:{port}/in", "file:///etc/passwd"],
)  # fmt: skip
async def test_redirects_go_through_the_guard(status: int, to: str) -> None:
    names = Names(inside=[["192.168.1.1"]])
    async with FeedServer() as server, fetching(resolve=names) as fetcher:
        server.answers = {"/feed": redirect(to.format(port=server.port), status), "/in": Said(rss("secret"))}
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.ADDRESS, result
    assert server.paths() == ["/feed"]


async def test_a_resolver_that_hangs_is_given_up() -> None:
    import asyncio

    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(3600)
        return []

    async with fetching(resolve=never, limits=SHORT) as fetcher:
        result = await fetcher.fetch(a_feed("http://slow.example.org/feed"))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.TIMEOUT


async def test_a_name_without_an_address_is_told_as_such() -> None:
    async def missing(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    async with fetching(resolve=missing) as fetcher:
        result = await fetcher.fetch(a_feed("http://nowhere.example.org/feed"))
    assert result == FetchFailed(Fault.DNS, "nowhere.example.org: Name or service not known")
