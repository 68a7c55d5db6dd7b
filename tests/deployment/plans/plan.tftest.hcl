# What a plan would make, without AWS: terraform test (1.7 or later). Each run makes everything, which takes seconds: what
# can be asked of the same settings is asked in one.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:mock" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:111122223333:mock" }
  }
  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:eu-central-1:111122223333:stateMachine:mock" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-central-1:111122223333:rule/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:111122223333:function:mock" }
  }
}

variables {
  region          = "eu-central-1"
  project_name    = "gallery"
  raw_bucket_name = "gallery-uploads"
  # Any zips will do for a plan; make build host makes these.
  zip_folder = "../build/host"
}

run "without_a_setting_all_is_made_and_named_and_allowed_as_the_repository_says" {
  assert {
    condition = alltrue(concat(
      [for function in module.function : startswith(function.name, "gallery-")],
      [for machine in aws_sfn_state_machine.this : startswith(machine.name, "gallery-")],
      [for rule in aws_cloudwatch_event_rule.this : startswith(rule.name, "gallery-")],
      [for queue in aws_sqs_queue.undelivered : startswith(queue.name, "gallery-")],
      [for topic in aws_sns_topic.this : startswith(topic.name, "gallery-")],
      [for role in concat(values(aws_iam_role.machine), values(aws_iam_role.rule)) : startswith(role.name, "gallery-eu-central-1-")],
      [for group in aws_cloudwatch_log_group.machine : startswith(group.name, "/aws/vendedlogs/states/gallery-")],
      [aws_dynamodb_table.images.name == "gallery-images", aws_cloudwatch_dashboard.this.dashboard_name == "gallery-eu-central-1"],
    ))
    error_message = "A name does not begin with project_name: two deployments could not share an account."
  }
  assert {
    condition     = toset(keys(module.function)) == toset([for file in fileset("../functions", "*/function.json") : dirname(file)])
    error_message = "A functions/<room>/function.json is not deployed."
  }
  assert {
    condition     = toset(keys(aws_sfn_state_machine.this)) == toset([for file in fileset("../statemachine", "*.asl.json") : trimsuffix(file, ".asl.json")])
    error_message = "A statemachine/<name>.asl.json is not deployed."
  }
  assert {
    condition     = toset(keys(aws_cloudwatch_event_target.machine)) == toset([for file in fileset("../statemachine", "*-pattern.json") : trimsuffix(file, "-pattern.json")])
    error_message = "A statemachine/<name>-pattern.json is not deployed."
  }
  assert {
    condition     = alltrue([for room, function in local.definitions : function.environment == jsondecode(templatefile(local.functions[room], local.values)).environment])
    error_message = "An environment differs from function.json though nothing was set."
  }
  assert {
    condition     = aws_dynamodb_table.images.deletion_protection_enabled
    error_message = "The table must be protected unless force_destroy_bucket says otherwise."
  }
  assert {
    condition     = length(aws_sns_topic_subscription.this) == 0
    error_message = "Nobody is to be subscribed unasked."
  }
  assert {
    condition = alltrue([
      for statement in flatten(concat(
        [for file in values(local.functions) : jsondecode(templatefile("${dirname(file)}/policy.json", local.values)).Statement],
        [for policy in aws_iam_role_policy.machine : jsondecode(policy.policy).Statement],
        [for policy in aws_iam_role_policy.rule : jsondecode(policy.policy).Statement],
      )) :
      !contains(flatten([statement.Resource]), "*") || can(regex("Which", statement.Sid))
    ])
    error_message = "A statement allows something on every resource, and its Sid does not say why."
  }
  assert {
    condition = alltrue([
      for statement in flatten(concat(
        [for file in values(local.functions) : jsondecode(templatefile("${dirname(file)}/policy.json", local.values)).Statement],
        [for policy in aws_iam_role_policy.machine : jsondecode(policy.policy).Statement],
        [for policy in aws_iam_role_policy.rule : jsondecode(policy.policy).Statement],
      )) :
      alltrue([for action in flatten([statement.Action]) : !strcontains(action, "*")])
    ])
    error_message = "A statement allows every action of some kind: name the actions."
  }
  assert {
    condition     = length(aws_iam_policy.operators) == 0
    error_message = "operator_policy is false by default."
  }
}

run "good_renditions_are_taken" {
  command = plan
  # Whether function.json has RENDITIONS is another question, which a plan of everything answers.
  module {
    source = "./tests/variables"
  }
  variables {
    renditions = [{ name = "web", longest_edge_pixels = 800, format = "WEBP", quality = 80 }, { name = "list", longest_edge_pixels = 160, format = "PNG" }]
  }
}

run "a_setting_reaches_what_it_is_about" {
  variables {
    max_pixels                = 12345
    enhanced_bucket_name      = "gallery-enhanced"
    email_subscription        = "ada@example.com"
    operator_policy           = true
    operator_erases_originals = true
    kms_key_arn               = "arn:aws:kms:eu-central-1:111122223333:key/11111111-1111-1111-1111-111111111111"
  }
  assert {
    condition     = local.settings == { MAX_PIXELS = "12345" }
    error_message = "max_pixels must become MAX_PIXELS."
  }
  assert {
    condition     = keys(module.photos) == ["gallery-enhanced", "gallery-uploads"] && local.definitions.enhance.environment.ENHANCED_BUCKET_NAME == "gallery-enhanced"
    error_message = "A second bucket must be made for the copies."
  }
  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_dynamodb_table.images.server_side_encryption[0].kms_key_arn == var.kms_key_arn
    error_message = "A given key must be used, and none made."
  }
  assert {
    condition     = aws_sns_topic_subscription.this["email"].endpoint == "ada@example.com"
    error_message = "The address must be subscribed."
  }
  assert {
    condition     = strcontains(aws_iam_policy.operators["operator"].policy, "EraseOriginals")
    error_message = "operator_erases_originals adds the statement."
  }
}

run "operators_get_policies_that_erase_no_originals" {
  variables {
    operator_policy = true
  }
  assert {
    condition     = toset(keys(aws_iam_policy.operators)) == toset(["operator", "probe"])
    error_message = "One policy for operators, one for the probe."
  }
  assert {
    condition     = !strcontains(aws_iam_policy.operators["operator"].policy, "EraseOriginals") && strcontains(aws_iam_policy.operators["operator"].policy, "ForgetCopies")
    error_message = "Erasing originals is off by default."
  }
}
