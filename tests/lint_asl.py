"""`python -m tests.lint_asl`: Amazon's own schema of state machines, which cfn-lint holds, against each definition."""

import json
import sys
from pathlib import Path

from darkroom.packaging.placeholders import render_file
from tests.definitions import FUNCTIONS, ROOT

MACHINES = sorted((ROOT / "statemachine").glob("*.asl.json"))


def problems(path: Path) -> list[str]:
    """Return what the linter calls errors in a definition."""
    arns = {
        f"{function}_function_arn": f"arn:aws:lambda:eu-west-1:111122223333:function:{function}"
        for function in FUNCTIONS
    }
    values = {
        **arns,
        "artifacts_bucket": "artifacts",
        "pipeline_machine_arn": "arn:aws:states:eu-west-1:111122223333:stateMachine:pipeline",
    }
    definition = json.loads(render_file(path, values))
    properties = {"RoleArn": "arn:aws:iam::111122223333:role/pipeline", "Definition": definition}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Machine": machine}}
    # It takes a second to import, and every process of a test run imports this.
    import cfnlint.api  # noqa: PLC0415

    found = cfnlint.api.lint_all(json.dumps(template))
    return [f"{path.name}: {match}" for match in found if match.rule.id.startswith("E")]


if __name__ == "__main__":
    every_problem = [problem for path in MACHINES for problem in problems(path)]
    sys.exit("\n".join(every_problem) if every_problem else 0)
