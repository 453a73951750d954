"""Parses the SQL texts of a JSON list from stdin by sqlfluff, dialect redshift, and prints a verdict for each, as JSON."""

import json
import sys

from sqlfluff.core import FluffConfig, Linter

LINTER = Linter(
    config=FluffConfig(
        configs={
            # By default a text above 20,000 bytes is skipped, which looks like success.
            "core": {"dialect": "redshift", "templater": "placeholder", "large_file_skip_byte_limit": 0},
            # Parameters of the Data API, such as :range_from.
            "templater": {"placeholder": {"param_style": "colon"}},
        }
    )
)


def verdict(text):
    parsed = LINTER.parse_string(text)
    violations = [violation.desc() for violation in parsed.violations]
    if violations:
        return {"kind": "refused", "says": "; ".join(violations)}
    # Without a violation there is a tree.
    if any(True for _ in parsed.tree.recursive_crawl("unparsable")):
        return {"kind": "refused", "says": "an unparsable part"}
    return {"kind": "parsed"}


json.dump([verdict(text) for text in json.load(sys.stdin)], sys.stdout)
