"""Schema changes, applied in the order of their numbers."""
