"""A sample of the corpus of malicious files through the pipeline; `make malicious-files` sends all of it."""

import pytest
from rich.console import Console

from tests.definitions import function_json
from verification.corpus.corpus import corpus
from verification.corpus.corpus_run import CorpusRun, Outcome, outcome_table, run_corpus
from verification.harness.harness import Harness

STRIDE = 8
WORST = ("tiff-of-23-million-strips", "png-many-text-bombs", "tiff-with-90-megabytes-of-text", "99-megapixels-of-white")


def test_no_file_does_harm(harness: Harness) -> None:
    files, corpus_run = corpus(), CorpusRun(harness)
    sample = {name: files[name] for name in (*WORST, *list(files)[::STRIDE])}
    outcomes = run_corpus(sample, corpus_run, Console(quiet=True))
    assert [(outcome.name, outcome.harm) for outcome in outcomes if outcome.harm] == []
    assert {outcome.result for outcome in outcomes} > {"COMPLETED", "CorruptImageError", "ImageTooLargeError"}
    for function, megabytes in corpus_run.peaks_megabytes().items():
        assert 0 < megabytes < function_json(function)["memory_mb"]


@pytest.mark.parametrize(
    ("outcome", "harm"),
    [
        (Outcome("a", 1, "COMPLETED", "", 1.0, next_is_served=True), ""),
        (Outcome("a", 1, "CorruptImageError", "ValidateImage", 1.0, next_is_served=True), ""),
        (Outcome("a", 1, "Runtime.OutOfMemory", "ValidateImage", 1.0, next_is_served=True), "Runtime.OutOfMemory"),
        (Outcome("a", 1, "ValueError", "EnhanceImage", 1.0, next_is_served=True), "ValueError in EnhanceImage"),
        (Outcome("a", 1, "COMPLETED", "", 1.0, next_is_served=False), "the sound photo after it"),
    ],
)
def test_harm_is_named(outcome: Outcome, harm: str) -> None:
    assert harm in outcome.harm
    assert bool(outcome.harm) is bool(harm)
    [cell] = outcome_table([outcome]).columns[-1].cells
    assert harm in str(cell)
