"""Parses the SQL texts of a JSON list from stdin by sqlglot, dialect redshift, and prints a verdict for each, as JSON."""

import json
import logging
import sys

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

# It warns when it keeps a statement as an opaque command. The verdict says so.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


def verdict(text):
    try:
        trees = sqlglot.parse(text, read="redshift", error_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        return {"kind": "refused", "says": str(error)}
    if len(trees) != 1 or trees[0] is None:
        return {"kind": "refused", "says": f"{len(trees)} statements"}
    if trees[0].find(exp.Command):
        return {"kind": "opaque"}
    return {"kind": "parsed"}


json.dump([verdict(text) for text in json.load(sys.stdin)], sys.stdout)
