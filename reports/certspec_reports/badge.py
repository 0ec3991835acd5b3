"""A badge for shields.io: https://shields.io/badges/endpoint-badge."""

import json

from .verdicts import BY_NAME, in_words


def badge(results):
    """badge returns the endpoint's JSON text for one Results."""
    bad = {name: number for name, number in results.counts.items() if BY_NAME[name].is_bad}
    if bad:
        message, color = in_words(bad), "red"
    elif not results.complete:
        message, color = "incomplete", "orange"
    elif not results.runs:
        message, color = "no runs", "lightgrey"
    else:
        message, color = in_words(results.counts), "brightgreen"
    document = {
        "schemaVersion": 1,
        "label": f"certspec {results.label}",
        "message": message,
        "color": color,
    }
    if bad:
        document["isError"] = True
    return json.dumps(document, indent=2) + "\n"
