"""The canonical form: two spaces, keys in the schema's order, one line where it fits."""

import json

COLUMNS = 120


def canonical(value, order=None):
    """canonical returns `value` as canonical JSON text, with its final newline.

    `order` is a KeyOrder for the value; without one the keys stay as they are.
    """
    return _layout(_sorted(value, order), 0, 0) + "\n"


def _sorted(value, order):
    if isinstance(value, dict):
        keys = order.sort(value) if order else value
        return {key: _sorted(value[key], order and order.member(key)) for key in keys}
    if isinstance(value, list):
        return [_sorted(item, order and order.item(index)) for index, item in enumerate(value)]
    return value


def _inline(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _layout(value, indent, taken):
    """_layout writes `value`; `taken` columns of its line are in use, a comma after it included."""
    inline = _inline(value)
    if not isinstance(value, (dict, list)) or not value or taken + len(inline) <= COLUMNS:
        return inline

    is_object = isinstance(value, dict)
    inner = " " * (indent + 2)
    lines = []
    for index, item in enumerate(value):
        head = inner + (f"{_inline(item)}: " if is_object else "")
        comma = "" if index == len(value) - 1 else ","
        body = _layout(value[item] if is_object else item, indent + 2, len(head) + len(comma))
        lines.append(head + body + comma)
    opening, closing = "{}" if is_object else "[]"
    return "\n".join([opening, *lines, " " * indent + closing])
