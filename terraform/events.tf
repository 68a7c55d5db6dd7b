# An event that a rule cannot deliver within a day goes to the rule's own dead-letter queue, and an alarm says so.
resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name          = "${var.project_name}-${each.key}"
  description   = "Starts ${var.project_name}-${local.rule_starts[each.key]}"
  event_pattern = templatefile(each.value, local.values)
}

resource "aws_cloudwatch_event_target" "machine" {
  for_each = local.rules

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = local.rule_starts[each.key]
  arn       = aws_sfn_state_machine.this[local.rule_starts[each.key]].arn
  role_arn  = aws_iam_role.rule[each.key].arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered[each.key].arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [aws_iam_role_policy.rule]
}

resource "aws_iam_role" "rule" {
  for_each = local.rules

  name                 = "${local.global_name}-${each.key}-rule"
  assume_role_policy   = templatefile("${local.documents}/rule-trust.json", { account_id = local.account_id })
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "rule" {
  for_each = local.rules

  name   = "least-privilege"
  role   = aws_iam_role.rule[each.key].name
  policy = templatefile("${local.documents}/rule-policy.json", { target_arn = local.machine_arns[local.rule_starts[each.key]] })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sqs_queue" "undelivered" {
  for_each = local.rules

  name                      = "${var.project_name}-${each.key}-undelivered"
  message_retention_seconds = 1209600
  max_message_size          = 262144
  kms_master_key_id         = local.key_arn
  policy = templatefile("${local.documents}/queue-policy.json", {
    own_arn  = "arn:aws:sqs:${local.where}:${var.project_name}-${each.key}-undelivered"
    rule_arn = aws_cloudwatch_event_rule.this[each.key].arn
  })
}
