resource "aws_iam_role" "this" {
  name                 = var.role_name
  assume_role_policy   = var.trust
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "this" {
  name   = "least-privilege"
  role   = aws_iam_role.this.name
  policy = var.policy

  # Under another name it is another policy: a role that is in use must not be without one in between.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:the deployer sets log_retention_days; a year by default would keep bucket keys too long
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_115:a reserved share would starve the account's other functions; docs/deploy.md says when to set one
  #checkov:skip=CKV_AWS_116:only Step Functions calls it, and waits; a dead-letter queue serves asynchronous calls alone
  #checkov:skip=CKV_AWS_117:it talks to AWS alone, by TLS and IAM; a VPC would add endpoints to pay for and nothing to protect
  #checkov:skip=CKV_AWS_173:its variables are names and limits, no secrets; AWS encrypts them with its own key
  #checkov:skip=CKV_AWS_272:the zip's SHA-256 is in its key and in the plan; signing needs a profile that each account makes itself
  function_name    = var.name
  description      = var.definition.description
  role             = aws_iam_role.this.arn
  runtime          = var.definition.runtime
  architectures    = [var.definition.architecture]
  handler          = var.definition.handler
  memory_size      = var.definition.memory_mb
  timeout          = var.definition.timeout_seconds
  s3_bucket        = var.code.bucket
  s3_key           = var.code.key
  source_code_hash = var.code.hash

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = "Active"
  }

  # Lambda would make the log group by itself, without retention and encryption.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}

module "alarms" {
  source = "../alarms"

  prefix    = aws_lambda_function.this.function_name
  alarms    = var.alarms
  topic_arn = var.alarm_topic_arn
}
