"""What run.json holds, as a test may change it."""

import json
from typing import Any

from topics.runs import Run


def plain(run: Run) -> dict[str, Any]:
    """The record of a run as plain data of its own; ``RunRecord.from_dict`` makes a record of it."""
    return json.loads(json.dumps(run.record.to_dict()))
