"""What `make bench-cold-start` measures in one process, and how it compares the builds."""

import json
from pathlib import Path

from tools.benchmark import cold_start
from tools.benchmark.cold_start import Start
from tools.benchmark.first_events import FirstEvent

HANDLER = """
import time
def handler(event, context):
    assert context.function_name
    print("a line of the log")
    ends = time.process_time() + event["seconds"]
    while time.process_time() < ends:
        pass
"""


def test_a_start_takes_the_import_and_the_first_answer_in_processor_time(tmp_path: Path) -> None:
    package = tmp_path / "functions" / "record"
    package.mkdir(parents=True)
    (package / "handler.py").write_text(HANDLER)
    figures = cold_start._start(tmp_path, "record", FirstEvent(json.dumps({"seconds": 0.05}), {}))
    assert figures.keys() == cold_start.GOALS.keys()
    assert 0 < figures["import"] < figures["first answer"] - 0.05


def test_a_row_has_the_medians_and_what_is_left_of_each_build() -> None:
    seconds = {"before": [9.0, 1.0, 2.0], "now": [0.4, 0.5, 0.6]}
    figures = {Start(build, "record", "import"): values for build, values in seconds.items()}
    builds = {name: Path(name) for name in seconds}
    assert cold_start._row(builds, figures, "record", "import") == ["record", "import", "2.00 (0.25)", "0.50"]
