resource "aws_iam_role" "this" {
  name                 = var.role_name
  assume_role_policy   = var.trust
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "this" {
  name   = "what-it-needs"
  role   = aws_iam_role.this.name
  policy = var.policy
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_lambda_function" "this" {
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

  prefix = var.name
  alarms = var.alarms
  dimensions = {
    function_name     = aws_lambda_function.this.function_name
    slow_milliseconds = var.definition.timeout_seconds * 800
  }
  topic_arn = var.alarm_topic_arn
}
