variable "prefix" {
  description = "Name of what is watched; alarms are called <prefix>-<alarm>."
  type        = string
}

variable "alarms" {
  description = "Alarms by name, as in deploy/documents/alarms.json: on one metric, or on an expression of several."
  type = map(object({
    Description        = string
    Namespace          = optional(string)
    MetricName         = optional(string)
    Statistic          = optional(string)
    Dimensions         = optional(map(string))
    Expression         = optional(string)
    Metrics            = optional(map(object({ Namespace = string, MetricName = string, Statistic = string, Dimensions = map(string) })), {})
    ComparisonOperator = string
    Threshold          = string
    Period             = number
  }))
}

variable "topic_arn" {
  description = "Topic that hears when an alarm goes off and when it is over."
  type        = string
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms

  alarm_name          = "${var.prefix}-${each.key}"
  alarm_description   = each.value.Description
  namespace           = each.value.Namespace
  metric_name         = each.value.MetricName
  statistic           = each.value.Statistic
  dimensions          = each.value.Dimensions
  period              = each.value.Expression == null ? each.value.Period : null
  comparison_operator = each.value.ComparisonOperator
  threshold           = tonumber(each.value.Threshold)
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dynamic "metric_query" {
    for_each = each.value.Expression == null ? [] : [each.value.Expression]
    content {
      id          = "result"
      expression  = metric_query.value
      label       = "result"
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = each.value.Metrics
    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = metric_query.value.Namespace
        metric_name = metric_query.value.MetricName
        stat        = metric_query.value.Statistic
        period      = each.value.Period
        dimensions  = metric_query.value.Dimensions
      }
    }
  }
}
