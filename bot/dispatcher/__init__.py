"""The pump that takes deliveries out of the database to the platforms."""

from bot.dispatcher.pump import Dispatcher

__all__ = ["Dispatcher"]
