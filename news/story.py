"""Stories: which items tell one event."""

from __future__ import annotations

from typing import NewType

StoryId = NewType("StoryId", int)
