"""What people read, before a platform puts it into its own markup."""

from bot.texts.card import card

__all__ = ["card"]
