"""What the commands print fits the terminal, and no word of it is broken."""

import io
from datetime import timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from darkroom.commands.display import execution_table, record_table
from darkroom.commands.fitting import FittingTable, Sentence, shortened
from darkroom.commands.photo_table import photos_table
from functions.operate.execution_story import Visit
from functions.operate.photo_list import ListedPhoto
from functions.shared.remedies import RerunHelps
from tests.unit.operate_samples import NOW

KEYS = (
    "holiday/2026/summer/sea-and-harbour.jpg",
    "写真/夏休み/海と山と空の写真/二〇二六年八月/家族旅行の最後の日に撮った一枚.jpg",
    "listings/4711/kitchen, as seen from the garden door in the evening light.jpeg",
    "e/" * 60 + "beach.jpg",
)
ERRORS = ("UnsupportedImageError", "CorruptImageError", "Lambda.TooManyRequestsException", "TransientServiceError")
SENTENCE = "holiday/beach.jpg: refused: UnsupportedImageError: it would fail again; upload another file instead"
LINK = "https://darkroom-photos.s3.eu-central-1.amazonaws.com/enhanced/2026/summer/sea.jpg?X-Amz-Signature=0"
WIDTHS = (60, 80, 120)


def printed(shown: RenderableType, width: int, *, is_terminal: bool = True) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=is_terminal, color_system=None)
    console.print(shown, highlight=False, soft_wrap=isinstance(shown, Sentence))
    return file.getvalue()


def photo(key: str, error: str) -> ListedPhoto:
    return ListedPhoto(
        key=key, status="FAILED", error=error, step="ValidateImage", message="", user_id="123456789012",
        changed_at=NOW - timedelta(seconds=2), need=None, rerun_helps=RerunHelps.NO,
    )  # fmt: skip


def visit(error: str) -> Visit:
    return Visit(
        state="FailUnlessRedriven", entered_at=NOW, seconds=1234.5, attempts=7, outcome="failed",
        result=f"done, after {error}", errors=[error], message="", redriven=True,
    )  # fmt: skip


def tables() -> list[FittingTable]:
    listed = photos_table([photo(key, error) for key, error in zip(KEYS, ERRORS, strict=True)], NOW)
    record = record_table({"ImageId": KEYS[1], "ErrorType": ERRORS[0], "ErrorMessage": "The content is no photo. " * 9})
    return [listed, record, execution_table([visit(error) for error in ERRORS])]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("table", tables(), ids=["photos", "record", "execution"])
def test_a_table_fits_and_breaks_no_word_that_fits(table: FittingTable, width: int) -> None:
    shown = printed(table, width)
    assert max(map(cell_len, shown.splitlines())) <= width
    cells = [Text.from_markup(str(cell)).plain for column in table.table.columns for cell in column.cells]
    whole = {word for cell in cells for word in cell.split() if cell_len(word) < width - 2}
    if width < 80:
        # With spaces, it is cut as a whole.
        whole -= set(KEYS[2].split())
    assert len(whole) > 3
    assert {word for word in whole if word not in shown} == set()


def test_a_key_is_cut_in_the_middle_only_where_it_is_longer_than_the_line() -> None:
    shown = printed(tables()[0], 80)
    assert all(key in shown for key in KEYS if cell_len(key) <= 80)
    assert "e/e/e/e/e/e" in shown
    assert "e/e/e/beach.jpg\n" in shown
    assert shown.count("…") == 1


def test_where_there_is_room_a_photo_is_a_line() -> None:
    titles, *lines = printed(photos_table([photo("a.jpg", "CorruptImageError")], NOW), 120).splitlines()
    assert " ".join(titles.split()) == "photo status error step user age a re-run helps"
    assert [" ".join(line.split()) for line in lines] == [
        "a.jpg FAILED CorruptImageError ValidateImage 123456789012 2 s no"
    ]


def test_where_there_is_none_what_a_number_means_is_said_beside_it() -> None:
    shown = printed(photos_table([photo("a.jpg", "CorruptImageError")], NOW), 60)
    words = "status FAILED, error CorruptImageError, step ValidateImage, user 123456789012, age 2 s, a re-run helps no"
    assert " ".join(shown.split()) == f"a.jpg {words}"
    assert all(line.startswith("  ") for line in shown.splitlines()[1:])


def test_a_key_with_spaces_is_not_squeezed_into_a_column() -> None:
    assert KEYS[2] in printed(photos_table([photo(KEYS[2], ERRORS[1])], NOW), 100)


def test_a_user_id_that_is_longer_than_the_line_is_cut_in_the_middle() -> None:
    shown = printed(photos_table([photo("a.jpg", ERRORS[1]).model_copy(update={"user_id": "ada" * 40})], NOW), 60)
    assert max(map(cell_len, shown.splitlines())) <= 60
    assert shown.count("…") == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_sentence_wraps_between_words(width: int) -> None:
    lines = printed(Sentence(Text(SENTENCE), 2), width).splitlines()
    assert all(cell_len(line) <= width and line.startswith("  ") for line in lines)
    assert " ".join(line.strip() for line in lines) == SENTENCE


def test_a_link_in_a_sentence_stays_whole() -> None:
    assert printed(Sentence(Text(f"see {LINK} now")), 60) == f"see\n{LINK}\nnow\n"


def test_a_pipe_gets_a_sentence_in_one_line() -> None:
    assert printed(Sentence(Text(SENTENCE), 2), 60, is_terminal=False) == f"  {SENTENCE}\n"


@pytest.mark.parametrize("cells", [1, 2, 5, 6, 7, 21, 22])
def test_a_shortened_text_takes_no_more_cells_and_keeps_both_ends(cells: int) -> None:
    shown = shortened("写真/夏休み/海.jpg", cells)
    assert cells - 1 <= cell_len(shown) <= cells or cells > 20
    assert "写真/夏休み/海.jpg".startswith(shown.partition("…")[0])
    assert "写真/夏休み/海.jpg".endswith(shown.partition("…")[2])
