"""What people can ask of the bot, written once for all platforms."""
