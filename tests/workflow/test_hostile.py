"""A sample of the hostile corpus through the pipeline; `make hostile` sends all of it, or a folder of one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from darkroom.local.aws import EmbeddedAws
from darkroom.local.deploy import deploy
from tests.definitions import function
from verification.corpus.corpus import corpus
from verification.corpus.runner import Outcome, Trial, outcome_table, try_corpus
from verification.harness.observer import witnessing

STRIDE = 8
WORST = ("tiff-of-23-million-strips", "png-many-text-bombs", "tiff-with-90-megabytes-of-text", "99-megapixels-of-white")


@pytest.fixture(scope="module")
def trial(embedded_aws: EmbeddedAws, host_zips: dict[str, Path]) -> Iterator[Trial]:
    deployment = deploy(embedded_aws, host_zips, project="hostile")
    with witnessing(embedded_aws, deployment) as witness:
        yield Trial(embedded_aws, deployment, witness)


def test_no_file_does_harm(trial: Trial) -> None:
    files = corpus()
    sample = {name: files[name] for name in (*WORST, *list(files)[::STRIDE])}
    outcomes = try_corpus(sample, trial, Console(quiet=True))
    assert [(outcome.name, outcome.harm) for outcome in outcomes if outcome.harm] == []
    assert {outcome.result for outcome in outcomes} > {"COMPLETED", "CorruptImageError", "ImageTooLargeError"}
    for room, megabytes in trial.peaks_megabytes().items():
        assert 0 < megabytes < function(room)["memory_mb"]


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
