"""Stories: which items tell one event. The one door to its parts."""

from __future__ import annotations

from news.open_story import Candidates, Joined, Member, Opened, StoryId, StoryView
from news.placing import REACH, place
from news.sketch import Sketch, sketch
from news.story_index import StoryIndex

__all__ = [
    "REACH", "Candidates", "Joined", "Member", "Opened", "Sketch", "StoryId", "StoryIndex", "StoryView",
    "place", "sketch",
]  # fmt: skip
