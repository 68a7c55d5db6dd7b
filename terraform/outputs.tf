output "bucket_name" {
  description = "Upload photos to this bucket."
  value       = module.photos[var.raw_bucket_name].name
}

output "enhanced_bucket_name" {
  description = "The enhanced copies lie under enhanced/ in this bucket."
  value       = module.photos[local.enhanced_bucket_name].name
}

output "table_name" {
  description = "The records."
  value       = aws_dynamodb_table.images.name
}

output "topic_arn" {
  description = "Subscribe to this topic to hear what became of each photo."
  value       = aws_sns_topic.this["results"].arn
}

output "operations_topic_arn" {
  description = "Subscribe to this topic to hear of alarms."
  value       = aws_sns_topic.this["operations"].arn
}

output "state_machine_arn" {
  description = "The workflow."
  value       = aws_sfn_state_machine.this["pipeline"].arn
}

output "dead_letter_queue_urls" {
  description = "Where the events of each rule wait that could not be delivered."
  value       = { for name, queue in aws_sqs_queue.undelivered : name => queue.url }
}

output "state_machine_console_url" {
  description = "Executions, with the Redrive button."
  value       = "https://${var.region}.console.aws.amazon.com/states/home?region=${var.region}#/statemachines/view/${aws_sfn_state_machine.this["pipeline"].arn}"
}

output "dashboard_url" {
  description = "Executions, durations, errors."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}
