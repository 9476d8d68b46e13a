"""JSON: keywords by theme, nested or not, rows of theme and keyword, or the shape of ``codebook.toml``."""

import json

from topics.codebook.formats.nested import from_nested, merge_pairs
from topics.codebook.formats.registry import Dictionary, File, reads
from topics.codebook.model import Codebook
from topics.errors import InputError


def _is_json(file: File) -> bool:
    if file.is_binary or not file.text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(file.text)
    except (ValueError, RecursionError):
        return False
    return True


@reads("JSON", ".json", is_certain=_is_json)
def _read(file: File) -> Dictionary | Codebook:
    try:
        data = json.loads(file.text, object_pairs_hook=merge_pairs)
    except ValueError as error:
        raise InputError(f"{file.name} is not valid JSON: {error}") from None
    return from_nested(data, file)
