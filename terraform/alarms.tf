# The functions' alarms are in modules/function.
module "machine_alarms" {
  source   = "./modules/alarms"
  for_each = aws_sfn_state_machine.this

  prefix     = each.value.name
  alarms     = local.alarms.machine
  dimensions = { machine_arn = each.value.arn }
  topic_arn  = aws_sns_topic.this["operations"].arn
}

module "rule_alarms" {
  source   = "./modules/alarms"
  for_each = aws_cloudwatch_event_rule.this

  prefix     = each.value.name
  alarms     = local.alarms.rule
  dimensions = { rule_name = each.value.name, queue_name = aws_sqs_queue.undelivered[each.key].name }
  topic_arn  = aws_sns_topic.this["operations"].arn
}
