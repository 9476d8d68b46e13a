"""What a file is by its content, where that is certain: its suffix may be wrong or missing."""

import re
import zipfile
from typing import BinaryIO

HEAD = 4096
"""Number of bytes at the start of a file that are looked at."""
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html\b|<html\b)", re.I | re.S)
_XML_ROOT = re.compile(rb"(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>|\s)*<([A-Za-z_][\w.:-]*)", re.I | re.S)
_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2,}")
_MIME = re.compile(rb"^MIME-Version:", re.I | re.M)
_RELATED = re.compile(rb"^Content-Type:\s*multipart/related", re.I | re.M)
_MARKUP_IN_TEXT = frozenset((".md", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xls"))
"""Formats whose text may begin with HTML."""
_TEXT_FORMATS = frozenset((".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".ndjson"))
_ZIPPED = (
    ("application/vnd.oasis.opendocument.text", ".odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", ".ods"),
    ("application/epub+zip", ".epub"),
)
"""Start of the entry ``mimetype`` -> format."""


def detect(file: BinaryIO, suffix: str, roots: frozenset[str] = frozenset()) -> str:
    """The format of a file by its first bytes, as a suffix; "" if they do not tell.

    Parameters
    ----------
    file
        The opened file; read from its start.
    suffix
        Its own suffix, which decides where several formats look alike.
    roots
        The root elements of XML that can be read.
    """
    file.seek(0)
    head = file.read(HEAD).removeprefix(b"\xef\xbb\xbf")
    start = head.lstrip()
    if start.startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in head):
        return ".pdf"
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return ".doc" if suffix not in (".xls", ".ppt", ".msg") else suffix
    if head.startswith(b"PAR1"):
        return ".parquet"
    if head.startswith(b"\x1f\x8b\x08"):
        return ".gz"
    if suffix not in _TEXT_FORMATS - {".txt"}:
        headers = _HEADERS.match(head)
        if headers and _MIME.search(headers.group()):
            return ".mhtml" if _RELATED.search(headers.group()) else ".eml"
    if suffix not in _MARKUP_IN_TEXT and _HTML.match(head):
        return ".html"
    root = _XML_ROOT.match(head) if start.startswith((b"<?xml", b"<!DOCTYPE", b"<TEI", b"<nitf")) else None
    if root and suffix not in _MARKUP_IN_TEXT and suffix != ".fodt":
        known = root.group(1).rpartition(b":")[2].decode() in roots
        # a text with tags of an unknown kind is still a text
        return ".xml" if known or suffix not in _TEXT_FORMATS else ""
    return ""


def _zipped(file: BinaryIO) -> str:
    """Which zipped format it is; ".zip" for an archive of files."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            mimetype = archive.open("mimetype").read(100).decode("ascii", "replace") if "mimetype" in names else ""
    except Exception:  # damaged; its reader says so
        return ""
    for start, suffix in _ZIPPED:
        if mimetype.startswith(start):
            return suffix
    if "[Content_Types].xml" in names:
        folders = {name.partition("/")[0].lower() for name in names}
        kinds = {"word": ".docx", "xl": ".xlsx", "ppt": ".pptx"}
        return next((suffix for folder, suffix in kinds.items() if folder in folders), ".zip")
    return ".epub" if "META-INF/container.xml" in names else ".zip"
