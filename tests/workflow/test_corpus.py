"""A sample of the malicious-file corpus through the pipeline, some of each kind; `make malicious-files` sends all."""

import pytest
from rich.console import Console

from tests.definitions import function_json
from verification.corpus.corpus import KINDS, corpus
from verification.corpus.corpus_run import CorpusRun, Outcome, outcome_table, run_corpus
from verification.harness.harness import Harness

# Of each kind the first, and every twentieth after it.
STRIDE = 20
WORST = ("tiff-of-23-million-strips", "png-many-text-bombs", "tiff-with-90-megabytes-of-text", "99-megapixels-of-white")


def test_no_file_does_harm(harness: Harness) -> None:
    files, corpus_run = corpus(), CorpusRun(harness)
    names = dict.fromkeys((*WORST, *(name for kind in KINDS for name in list(kind)[::STRIDE])))
    sample = {name: files[name] for name in names}
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
