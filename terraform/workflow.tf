# A machine may call the functions that its definition names, and do what a document of its own says, if it has one.
locals {
  calls = {
    for name, file in local.machines : name => sort([
      for room in distinct(flatten(regexall("[$][{]([a-z_]+)_function_arn[}]", file(file)))) : local.values["${room}_function_arn"]
    ])
  }
  machine_statements = {
    for name in keys(local.machines) : name => concat(
      [
        for functions in [local.calls[name]] :
        { Sid = "CallItsFunctions", Effect = "Allow", Action = "lambda:InvokeFunction", Resource = functions } if length(functions) > 0
      ],
      flatten([
        for file in ["${local.documents}/${name}-machine-policy.json"] : jsondecode(templatefile(file, local.values)).Statement if fileexists(file)
      ]),
      jsondecode(file("${local.documents}/machine-policy.json")).Statement,
    )
  }
}

resource "aws_iam_role" "machine" {
  for_each = local.machines

  name                 = "${local.global_name}-${each.key}"
  assume_role_policy   = templatefile("${local.documents}/machine-trust.json", { account_id = local.account_id })
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "machine" {
  for_each = local.machines

  name = "least-privilege"
  role = aws_iam_role.machine[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.machine_statements[each.key]
  })

  lifecycle {
    create_before_destroy = true
  }
}

# Under /aws/vendedlogs/, so that many groups do not fill the account's one resource policy for log delivery.
resource "aws_cloudwatch_log_group" "machine" {
  #checkov:skip=CKV_AWS_338:the deployer sets log_retention_days; a year by default would keep bucket keys too long
  for_each = local.machines

  name              = "/aws/vendedlogs/states/${var.project_name}-${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.key_arn
}

resource "aws_sfn_state_machine" "this" {
  #checkov:skip=CKV_AWS_285:execution data names users and photos, which logs must not; the console shows it to whoever may see it
  for_each = local.machines

  name       = "${var.project_name}-${each.key}"
  type       = "STANDARD"
  role_arn   = aws_iam_role.machine[each.key].arn
  definition = templatefile(each.value, local.values)

  # Execution data names users and photos: it stays out of the logs.
  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.machine[each.key].arn}:*"
    level                  = "ERROR"
    include_execution_data = false
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.machine, module.function]
}
