"""The running bot: composition root, life cycle, upkeep."""
