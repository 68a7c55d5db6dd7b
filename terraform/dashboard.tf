locals {
  dashboard = {
    values = merge(local.values, {
      upload_rule_name  = aws_cloudwatch_event_rule.this["upload"].name
      upload_queue_name = aws_sqs_queue.undelivered["upload"].name
      function_name     = ""
    })
    template = "${local.documents}/dashboard.json"
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = local.global_name
  dashboard_body = jsonencode({
    widgets = concat(
      jsondecode(templatefile(local.dashboard.template, local.dashboard.values)).overview,
      [
        for room, function in module.function :
        jsondecode(templatefile(local.dashboard.template, merge(local.dashboard.values, { function_name = function.name }))).function
      ],
    )
  })
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = jsondecode(templatefile("${local.documents}/queries.json", local.values))

  name            = "${var.project_name}/${each.key}"
  log_group_names = each.value.logGroupNames
  query_string    = each.value.queryString
  depends_on      = [module.function]
}
