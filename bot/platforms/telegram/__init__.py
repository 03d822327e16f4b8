"""Telegram: the way out (`send`), the way in (`client`), and its markup (`render`)."""

from __future__ import annotations

import os

# python-telegram-bot gives time spans as timedelta only where this is set, and warns at every
# answer 429 where it is not. It reads the variable at each access, so here is early enough.
os.environ.setdefault("PTB_TIMEDELTA", "true")
