"""The starter pack on three weeks of 35 real English and Polish feeds, whose hits were read one by one."""

from __future__ import annotations

import gzip
import json
from collections import Counter

from bot.ingest.catalog import load_watchlists
from news.match import Matcher
from news.text import plain
from tests.data import ROOT, data_dir

# Read in full: each is news that names the state, region, group or force meant.
READ = {
    "burkina-faso": 3, "chad": 2, "isgs": 1, "jnim": 2, "mali": 18, "mauritania": 1, "niger": 18,
    "russia-sahel": 5, "sahel-region": 11, "wagner": 80,
}  # fmt: skip


def test_march_2023_gives_the_hits_that_were_read() -> None:
    matcher = Matcher(load_watchlists(ROOT / "watchlists.yaml"))
    hits: Counter[str] = Counter()
    with gzip.open(
        data_dir() / "stream" / "window_2023-03-01_03-21.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        for row in map(json.loads, lines):
            title, text = plain(row["title"] or ""), plain(row.get("description") or "")
            hits.update({str(m.watchlist) for m in matcher.find(title, text, row.get("language") or "")})
    assert dict(hits) == READ
