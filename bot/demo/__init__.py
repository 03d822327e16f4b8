"""The main job with no token and no network."""

from bot.demo.show import show

__all__ = ["show"]
