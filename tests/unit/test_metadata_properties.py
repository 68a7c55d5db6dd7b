"""Whatever metadata holds, it fails no photo, and the copy shows the picture: EXIF, IPTC, XMP, ICC and text chunks."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.enhance.codec.renditions import Rendition
from functions.enhance.edit.presets import Control
from functions.enhance.enhance_photo import enhance_photo
from functions.validate.inspect_photo import Limits, inspect_photo
from tests.unit.mangled_metadata import FORMATS, blocks, opened, photo_with

# Each test enhances a hundred photos.
pytestmark = pytest.mark.slow

LIMITS = Limits(10**7, 10**6, 1)
RENDITIONS = [Rendition(name="web", longest_edge_pixels=16, format="JPEG")]
thorough = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.mark.parametrize("file_format", FORMATS)
@thorough
@given(found=blocks(), is_late=st.booleans())
def test_no_metadata_fails_a_photo(file_format: str, found: dict[str, bytes], is_late: bool) -> None:
    body = photo_with(file_format, found, is_late=is_late)
    facts = inspect_photo(io.BytesIO(body), size_bytes=len(body), limits=LIMITS)
    result = enhance_photo(io.BytesIO(body), max_pixels=10**6, control=Control("none"), renditions=RENDITIONS)
    assert {result.width, result.height} == {facts.width, facts.height} == {24, 16}
    for copy in (result.body, result.renditions["web"].body):
        assert opened(copy).getexif().get(274, 1) == 1
