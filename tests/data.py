"""Where the real recorded news lies, for tests that use it; they skip where it is absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def data_dir() -> Path:
    """The folder of recorded news: SAHELWATCH_DATA, else ../shared/data; skips the test if absent."""
    folder = Path(os.environ.get("SAHELWATCH_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"recorded news is not at {folder} (set SAHELWATCH_DATA)")
    return folder
