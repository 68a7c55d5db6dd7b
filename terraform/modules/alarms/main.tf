variable "prefix" {
  description = "Name of what is watched; alarms are called <prefix>-<alarm>."
  type        = string
}

variable "alarms" {
  description = "Alarms by name, as in deploy/documents/alarms.json."
  type = map(object({
    Description        = string
    Namespace          = string
    MetricName         = string
    Statistic          = string
    Dimensions         = map(string)
    ComparisonOperator = string
    Threshold          = string
  }))
}

variable "dimensions" {
  description = "Values of the placeholders in Dimensions and Threshold."
  type        = map(string)
}

variable "topic_arn" {
  description = "Topic that hears when an alarm goes off and when it is over."
  type        = string
}

locals {
  # "${machine_arn}" -> its value; a plain text stays.
  texts = merge({ for name, value in var.dimensions : "$${${name}}" => value })
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms

  alarm_name          = "${var.prefix}-${each.key}"
  alarm_description   = each.value.Description
  namespace           = each.value.Namespace
  metric_name         = each.value.MetricName
  statistic           = each.value.Statistic
  dimensions          = { for name, value in each.value.Dimensions : name => local.texts[value] }
  comparison_operator = each.value.ComparisonOperator
  threshold           = tonumber(lookup(local.texts, each.value.Threshold, each.value.Threshold))
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]
}
