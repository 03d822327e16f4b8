"""Prometheus metrics of the flow, and the health that `/healthz` tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.pipeline import Intake
from bot.ports import Beats, Clock, Transaction
from news.delivery import DeliveryState

# A loop that has not turned for this long is stuck: a poll may wait 30 s for a feed and as long
# again for the parser.
STUCK_SECONDS = 120.0


class FlowMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.items = Counter("sahelwatch_items", "Items taken in, by fate", ["fate"], registry=registry)
        self.alerts = Counter("sahelwatch_alerts", "Alerts raised", registry=registry)
        self.edits = Counter("sahelwatch_alert_edits", "Alerts whose content changed", registry=registry)
        self.open = Gauge("sahelwatch_deliveries_open", "Deliveries not yet ended", registry=registry)
        self.oldest = Gauge(
            "sahelwatch_oldest_open_seconds", "Age of the oldest delivery not yet ended", registry=registry
        )
        self.failing = Gauge("sahelwatch_feeds_failing", "Feeds whose last poll failed", registry=registry)

    def count(self, intake: Intake) -> None:
        for taken in intake.items:
            if taken.new:
                self.items.labels(taken.fate.value).inc()
        self.alerts.inc(len(intake.raised))
        self.edits.inc(len(intake.edited))

    def measure(self, tx: Transaction, now: datetime) -> None:
        """Read what the gauges show."""
        counts = tx.outbox.counts()
        self.open.set(sum(counts.get(s, 0) for s in (DeliveryState.PENDING, DeliveryState.SENDING)))
        oldest = tx.outbox.oldest_pending()
        self.oldest.set((now - oldest).total_seconds() if oldest else 0)
        self.failing.set(sum(bool(feed.state.failures) for feed in tx.feeds.all()))


def health(beats: Beats, clock: Clock, platforms: Mapping[str, str]) -> tuple[bool, dict[str, object]]:
    """Whether every loop turned lately, with the ages in seconds and the platforms' states."""
    now = clock.monotonic()
    ages = {name: round(now - at, 1) for name, at in beats.at.items()}
    good = bool(ages) and all(age < STUCK_SECONDS for age in ages.values())
    return good, {"loops": ages, "platforms": dict(platforms)}
