# The functions' alarms are in modules/function.
locals {
  alarms_template = "${local.documents}/alarms.json"
  # A placeholder without a value would be an error, also in a part of the document that is not used.
  alarm_values = merge(local.values, {
    for name in ["machine_arn", "function", "function_name", "slow_milliseconds", "rule_name", "queue_name"] : name => ""
  })
  machine_alarms = {
    for name, arn in local.machine_arns : name => jsondecode(templatefile(local.alarms_template, merge(local.alarm_values, { machine_arn = arn })))
  }
  rule_alarms = {
    for name in keys(local.rules) : name => jsondecode(templatefile(local.alarms_template, merge(local.alarm_values, {
      rule_name  = "${var.project_name}-${name}"
      queue_name = "${var.project_name}-${name}-undelivered"
    }))).rule
  }
}

module "project_alarms" {
  source = "./modules/alarms"

  prefix    = var.project_name
  alarms    = jsondecode(templatefile(local.alarms_template, local.alarm_values)).project
  topic_arn = aws_sns_topic.this["operations"].arn
}

module "machine_alarms" {
  source   = "./modules/alarms"
  for_each = aws_sfn_state_machine.this

  prefix = each.value.name
  # Those of every machine, and those of this one alone. A backfill is stopped by who has started it.
  alarms = merge(
    {
      for name, alarm in local.machine_alarms[each.key].machine : name => alarm
      if name != "executions-aborted" || contains(values(local.rule_starts), each.key)
    },
    lookup(local.machine_alarms[each.key], each.key, {}),
  )
  topic_arn = aws_sns_topic.this["operations"].arn
}

module "rule_alarms" {
  source   = "./modules/alarms"
  for_each = aws_cloudwatch_event_rule.this

  prefix    = each.value.name
  alarms    = local.rule_alarms[each.key]
  topic_arn = aws_sns_topic.this["operations"].arn
}
