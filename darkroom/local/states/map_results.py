"""What a distributed map writes to S3: a file of what succeeded, one of what failed, and the manifest that names them.

moto writes a manifest of nothing. The format: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.resource_eval.resource_eval_s3 import (
    ResourceEvalS3,
)

from darkroom.local.seams import replaced
from darkroom.local.states.map_runs import ItemResult


@contextmanager
def installed() -> Iterator[None]:
    """Let the ResultWriter of a distributed map write its results."""
    with replaced(ResourceEvalS3, "_handle_put_object", staticmethod(write_results)):
        yield


def write_results(env: Any, resource_runtime_part: Any, state_credentials: Any) -> None:
    """Take parameters and outputs off the stack, and put there where the manifest lies."""
    parameters = env.stack.pop()
    env.stack.pop()
    client = ResourceEvalS3._get_s3_client(resource_runtime_part, state_credentials)
    record: Any = env.map_run_record_pool_manager.get_all().pop()
    bucket, prefix = parameters["Bucket"], parameters["Prefix"].rstrip("/")
    folder = f"{prefix}/{record.map_run_arn.rpartition(':')[2]}"

    def put(name: str, document: Any) -> dict[str, Any]:
        body = json.dumps(document).encode()
        client.put_object(Bucket=bucket, Key=f"{folder}/{name}", Body=body)
        return {"Key": f"{folder}/{name}", "Size": len(body)}

    rows = [_row(result) for result in record.results]
    files: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for status in ("FAILED", "SUCCEEDED"):
        ended = [row for row in rows if row["Status"] == status]
        files[status] = [put(f"{status}_0.json", ended)] if ended else []
    manifest = {"DestinationBucket": bucket, "MapRunArn": record.map_run_arn, "ResultFiles": files}
    key = put("manifest.json", manifest)["Key"]
    env.stack.append(
        {"MapRunArn": record.map_run_arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}},
    )


def _row(result: ItemResult) -> dict[str, Any]:
    given = json.dumps(result.given)
    if result.error is None:
        return {"Input": given, "Output": json.dumps(result.output), "Status": "SUCCEEDED"}
    return {"Input": given, "Error": result.error, "Cause": result.cause, "Status": "FAILED"}
