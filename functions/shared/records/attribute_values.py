"""DynamoDB's attribute values from and to plain Python values.

boto3.dynamodb.types does this too, and takes the rest of boto3 with it: a fifth more to import at each cold start.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Attribute = Mapping[str, Any]


def attribute(value: Any) -> dict[str, Any]:
    """Return a value of JSON's kinds as DynamoDB's attribute. Raises TypeError for others, ValueError for NaN."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            # DynamoDB has no binary floats: it keeps the decimal that they print as.
            return {"N": json.dumps(value, allow_nan=False)}
        case str():
            return {"S": str(value)}
        case list() | tuple():
            return {"L": [attribute(part) for part in value]}
        case Mapping():
            return {"M": {name: attribute(part) for name, part in value.items()}}
    raise TypeError(f"DynamoDB takes values of JSON's kinds, and {type(value).__name__} is none.")


def plain(attribute_value: Attribute) -> Any:
    """Return the plain value of an attribute, whoever wrote it; a number without a fraction is an int."""
    [(kind, value)] = attribute_value.items()
    return _READERS[kind](value)


def _number(text: str) -> int | float:
    exact = Decimal(text)
    return int(exact) if exact == int(exact) else float(exact)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "NULL": lambda _: None,
    "BOOL": bool,
    "S": str,
    "N": _number,
    "B": bytes,
    "L": lambda parts: [plain(part) for part in parts],
    "M": lambda parts: {name: plain(part) for name, part in parts.items()},
    "SS": set,
    "NS": lambda numbers: {_number(number) for number in numbers},
    "BS": lambda values: set(map(bytes, values)),
}
