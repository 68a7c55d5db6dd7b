"""DynamoDB's attribute values, as boto3's own conversion reads and writes them."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.records.attribute_values import attribute, plain

# DynamoDB keeps 38 digits and exponents down to -130, and boto3 refuses what has more.
NUMBERS = st.integers(-(10**38) + 1, 10**38 - 1) | st.floats(-1e15, 1e15).filter(lambda n: n == 0 or abs(n) > 1e-100)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
    max_leaves=8,
)


def decimals(value: Any) -> Any:
    """Return a value as boto3 takes it."""
    return json.loads(json.dumps(value), parse_float=Decimal)


@given(VALUES)
def test_boto3_reads_what_is_written(value: Any) -> None:
    written: Any = attribute(value)
    assert TypeDeserializer().deserialize(written) == decimals(value)


@given(VALUES)
def test_what_boto3_writes_is_read(value: Any) -> None:
    assert plain(TypeSerializer().serialize(decimals(value))) == value


@pytest.mark.parametrize("value", [2, -1, 0.5, 1e-7, 2.0, True, None, "", [], {}, {"gains": [0.5, {"passes": 2}]}])
def test_a_value_comes_back_as_it_was_written(value: Any) -> None:
    written = json.dumps(attribute(value))
    assert json.dumps(plain(json.loads(written))) == json.dumps(2 if value == 2 else value)


@pytest.mark.parametrize(
    ("stored", "value"),
    [({"SS": ["a", "b"]}, {"a", "b"}), ({"NS": ["1", "0.5"]}, {1, 0.5}), ({"B": b"x"}, b"x"), ({"BS": [b"x"]}, {b"x"})],
)
def test_what_somebody_else_added_to_a_record_is_read(stored: dict[str, Any], value: Any) -> None:
    assert plain(stored) == value


@pytest.mark.parametrize("value", [{1, 2}, b"x", object(), [{"a": {1}}]])
def test_what_json_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="DynamoDB takes values of JSON's kinds"):
        attribute(value)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        attribute(value)
