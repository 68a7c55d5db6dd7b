"""Reused buffers give arrays of any shape, and take no more memory than the largest of them."""

import numpy as np

from functions.enhance.edit.buffers import Buffers


def test_a_name_reuses_its_memory_for_another_shape_and_type() -> None:
    buffers = Buffers()

    first = buffers.array("grey", (4, 6), np.uint16)
    second = buffers.array("grey", (3, 4, 4), np.uint8)

    assert (first.shape, first.dtype.name) == ((4, 6), "uint16")
    assert (second.shape, second.dtype.name) == ((3, 4, 4), "uint8")
    assert np.shares_memory(first, second)


def test_a_larger_array_gets_memory_of_its_own() -> None:
    buffers = Buffers()
    small = buffers.array("grey", (2, 2), np.uint8)

    assert not np.shares_memory(small, buffers.array("grey", (2, 3), np.uint8))


def test_two_names_share_no_memory() -> None:
    buffers = Buffers()

    assert not np.shares_memory(buffers.array("grey", (2, 2), np.uint8), buffers.array("wide", (2, 2), np.uint8))
