"""What every kind of test may ask for: the built zips, and Darkroom deployed from them to an embedded AWS."""

import gc
import os
from collections.abc import Iterator
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from darkroom.local.embedded_aws import EmbeddedAws
from darkroom.packaging.zips import build, runtime
from tests.definitions import MOCK_CONFIG
from tests.privacy import indiscretions
from verification.harness.deployed import deployed_harness, start_by_hand
from verification.harness.event_recorder import EventRecorder, recording_events
from verification.harness.harness import Harness
from verification.harness.record_changes import RecordChanges

# Retry waits of minutes, and the backstop's of five, shrink to less than a second; their full length is noted.
WAIT_SCALE = 0.002

# Hypothesis's time limit of an example, a fifth of a second, is for a machine that does nothing else.
settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

# Each command that a test calls has a session of its own, and each session would parse the models of its services anew.
load_file = JSONFileLoader.load_file
parsed = cache(partial(load_file, JSONFileLoader()))


def load_file_once(loader: JSONFileLoader, file_path: str) -> Any:
    """Return a file of botocore's, parsed once; but S3's model anew, for each client changes the paths in its own."""
    return load_file(loader, file_path) if f"{os.sep}s3{os.sep}" in file_path else parsed(file_path)


setattr(JSONFileLoader, load_file.__name__, load_file_once)

# Each of these tests empties moto, and with it an embedded AWS of the same process: they come before there is one.
EMPTYING = (
    "tests/unit/test_backfill.py",
    "tests/unit/test_enhance_store.py",
    "tests/unit/test_execution_logs.py",
    "tests/unit/test_forget.py",
    "tests/unit/test_ledger.py",
    "tests/unit/test_page_strip.py",
    "tests/unit/test_photo_pictures.py",
    "tests/unit/test_quarantine.py",
    "tests/unit/test_record.py",
    "tests/unit/test_record_boundaries.py",
    "tests/unit/test_record_queries.py",
    "tests/unit/test_storage.py",
    "tests/unit/test_upload.py",
)
# These share what is expensive to make, such as one terraform apply: one worker runs each group, in this order.
GROUPS = {
    "deployed by terraform and by script": ("tests/deployment/",),
    "one Chromium": ("tests/page/",),
    "started by hand": (
        "tests/workflow/test_fault_injection.py",
        "tests/workflow/test_mutations.py::test_fault_injection",
        "tests/workflow/test_histories.py",
    ),
    "operated": ("tests/workflow/test_operate", "tests/workflow/test_page_api.py"),
    "every route": ("tests/workflow/test_permissions.py",),
    "one make local": ("tests/workflow/test_local.py",),
}
QUICK = ("tests/unit/", "tests/contract/")
# These take longest of the others: they start next, so that no worker is left alone with one of them at the end.
LONG = (
    "tests/workflow/test_mutations.py",
    "verification/histories/test_stateful.py",
    "tests/workflow/test_corpus.py",
    "tests/workflow/test_demo.py",
    "tests/workflow/test_load.py",
    "verification/histories/",
    "tests/workflow/",
    "tests/sfn_local/",
    "tests/embedded/",
)


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Spreads the tests over the workers one by one, but for what stays together.

    That is each of the groups above, and each file of quick tests, which share what they have drawn.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(EMPTYING):
            return "emptying"
        alone = nodeid.partition("::")[0] if nodeid.startswith(QUICK) else nodeid
        return next((group for group, starts in GROUPS.items() if nodeid.startswith(starts)), alone)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    """Schedule as above. (xdist_group would do, but xdist 3.8 cannot mark groups in pytest 9.)"""
    # Else the scope with the most tests would go first, however short they are.
    config.option.loadscopereorder = False
    return GroupScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest tests first; of the others, each folder's in its order. Raises UsageError."""
    for item in items:
        empties = item.nodeid.startswith("tests/unit/") and "aws" in item.fixturenames  # type: ignore[attr-defined]
        if empties and not item.nodeid.startswith(EMPTYING):
            raise pytest.UsageError(f"{item.nodeid} empties moto: add its file to EMPTYING in tests/conftest.py.")
    items.sort(key=lambda item: _place(item.nodeid))


def pytest_collection_finish() -> None:
    """Keep the modules and thousands of tests, which stay to the end, out of every further look for garbage."""
    gc.freeze()


def _place(nodeid: str) -> int:
    if nodeid.startswith(EMPTYING):
        return 0
    starts = (*chain.from_iterable(GROUPS.values()), *LONG)
    return next((n for n, start in enumerate(starts, start=1) if nodeid.startswith(start)), 100)


@pytest.fixture(scope="session")
def host_zips() -> dict[str, Path]:
    """Return each room's zip, built for this machine."""
    return build("host")


@pytest.fixture(scope="session")
def runtime_folder() -> Path:
    """Return the folder with awslambdaric in it."""
    return runtime()


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory, runtime_folder: Path) -> Iterator[EmbeddedAws]:
    """Return a running embedded AWS, the mock cases of Step Functions Local at hand."""
    inbox = tmp_path_factory.mktemp("inbox")
    with EmbeddedAws(inbox, runtime_folder, wait_scale=WAIT_SCALE, mock_file=MOCK_CONFIG) as aws:
        yield aws
        # Whatever the tests did, no function may have printed what is nobody's business.
        assert indiscretions() == []


@pytest.fixture(scope="session")
def event_recorder(embedded_aws: EmbeddedAws) -> Iterator[EventRecorder]:
    """Return the recorder of all executions' status changes, and of the messages of the harnesses below."""
    with recording_events(embedded_aws) as recorder:
        yield recorder


@pytest.fixture(scope="session")
def harness(embedded_aws: EmbeddedAws, host_zips: dict[str, Path], event_recorder: EventRecorder) -> Harness:
    """Return Darkroom as deployed from its real zips; uploads start executions."""
    return deployed_harness(embedded_aws, host_zips, event_recorder)


@pytest.fixture(scope="session")
def harness_by_hand(embedded_aws: EmbeddedAws, host_zips: dict[str, Path], event_recorder: EventRecorder) -> Harness:
    """Return another deployment, in which executions start only by hand."""
    return start_by_hand(deployed_harness(embedded_aws, host_zips, event_recorder, project="by-hand"))


@pytest.fixture(scope="session")
def record_changes(harness_by_hand: Harness) -> RecordChanges:
    """Return every state that the records of that deployment are in from now on."""
    return RecordChanges(harness_by_hand.aws, harness_by_hand.deployment)
