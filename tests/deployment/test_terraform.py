"""terraform init, validate, apply, a photo, plan, destroy: the life of a deployment, in this order."""

from tests.deployment.conftest import Deployed
from tests.deployment.terraform import Terraform
from tests.photos import jpeg, opened


def test_the_configuration_is_valid_and_formatted(terraform: Terraform) -> None:
    terraform.run("validate", "-no-color")
    terraform.run("fmt", "-check", "-recursive", "-diff")


def test_a_photo_comes_back_better(terraformed: Deployed) -> None:
    harness = terraformed.harness
    key = harness.upload(jpeg(), "by terraform/beach.jpg", **{"user-id": "ada"})
    run = harness.run_of(key)
    assert run.status == "SUCCEEDED", run.cause
    assert opened(harness.object(f"enhanced/{key}")[0]).size == (320, 240)
    assert harness.record(key)["Status"] == "COMPLETED"
    told = {message.to for message in harness.pipeline.messages() if key in message.text}
    assert told == {"ada@example.com", "+15555550100"}


def test_a_broken_photo_is_recorded_and_told(terraformed: Deployed) -> None:
    harness = terraformed.harness
    key = harness.upload(b"no photo", "holiday/diary.jpg")
    assert harness.run_of(key).status == "FAILED"
    assert harness.record(key)["ErrorType"] == "UnsupportedImageError"
    assert any(key in message.subject for message in harness.pipeline.messages())


def test_the_outputs_name_what_was_made(terraform: Terraform, terraformed: Deployed) -> None:
    names, outputs = terraformed.harness.deployment, terraform.outputs()
    assert outputs["bucket_name"] == outputs["enhanced_bucket_name"] == names.bucket
    assert outputs["table_name"] == names.table
    assert outputs["topic_arn"] == names.topic_arn
    assert outputs["state_machine_arn"] == names.state_machine_arn
    assert outputs["state_machine_console_url"].endswith(names.state_machine_arn)
    assert outputs["dashboard_url"].endswith("/terraformed-us-east-1")


def test_the_mock_plans_hold(terraform: Terraform) -> None:
    terraform.run("test", "-no-color")


def test_a_change_by_hand_is_seen(terraform: Terraform, terraformed: Deployed) -> None:
    logs, group = terraformed.harness.aws.client("logs"), "/aws/lambda/terraformed-record"
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    assert terraform.plan().returncode == 2
    logs.put_retention_policy(logGroupName=group, retentionInDays=14)


def test_a_second_plan_changes_nothing(terraform: Terraform, terraformed: Deployed) -> None:
    plan = terraform.plan()
    assert plan.returncode == 0, plan.stdout[-4000:] + plan.stderr


def test_destroy_leaves_nothing(terraform: Terraform, terraformed: Deployed) -> None:
    assert terraformed.inventory.read()
    terraform.destroy()
    assert terraformed.inventory.read() == {}
