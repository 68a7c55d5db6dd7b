# results: what became of each photo, for users. operations: alarms, for whoever runs this.
resource "aws_sns_topic" "this" {
  for_each = local.topic_arns

  name              = "${var.project_name}-${each.key}"
  kms_master_key_id = local.key_arn
  policy            = templatefile("${local.documents}/${each.key}-topic-policy.json", merge(local.values, { own_arn = each.value }))
}

locals {
  subscriptions = {
    email       = { topic = "results", protocol = "email", endpoint = var.email_subscription }
    sms         = { topic = "results", protocol = "sms", endpoint = var.sms_subscription }
    alarm_email = { topic = "operations", protocol = "email", endpoint = var.alarm_email }
  }
}

resource "aws_sns_topic_subscription" "this" {
  for_each = { for name, subscription in local.subscriptions : name => subscription if subscription.endpoint != null }

  topic_arn = aws_sns_topic.this[each.value.topic].arn
  protocol  = each.value.protocol
  endpoint  = each.value.endpoint
}
