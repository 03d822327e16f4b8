"""JSON Schemas of feeds.yaml and watchlists.yaml for editors; `python -m bot.ingest.schema` writes them."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from bot.ingest.models import FeedsFile, WatchlistsFile

MODELS: dict[str, type[BaseModel]] = {"feeds": FeedsFile, "watchlists": WatchlistsFile}


def schema_text(name: str) -> str:
    """The schema of one of the two files, as `schemas/<name>.schema.json` ships it."""
    schema = MODELS[name].model_json_schema()
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": f"{name}.yaml"}
    return json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write(folder: Path) -> None:
    for name in MODELS:
        (folder / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    write(Path("schemas"))
