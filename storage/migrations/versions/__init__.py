"""One file for each revision, named by it."""
