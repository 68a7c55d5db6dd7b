# Names, and the values of the ${placeholders} in functions/, statemachine/ and deploy/documents/. ARNs are composed
# from names, so that a plan shows every policy in full.
locals {
  source     = "${path.module}/.."
  documents  = "${local.source}/deploy/documents"
  account_id = data.aws_caller_identity.current.account_id
  where      = "${var.region}:${local.account_id}"

  enhanced_bucket_name = coalesce(var.enhanced_bucket_name, var.raw_bucket_name)
  key_arn              = var.kms_key_arn == null ? one(aws_kms_key.this[*].arn) : var.kms_key_arn
  # Roles and dashboards have no Region, buckets not even an account.
  global_name = "${var.project_name}-${var.region}"
  # Composed, because the role is made after the buckets whose policies name it.
  enhance_role_arn = "arn:aws:iam::${local.account_id}:role/${local.global_name}-enhance"
  artifacts_bucket = "${var.project_name}-artifacts-${local.account_id}-${var.region}"
  table_name       = "${var.project_name}-images"
  topic_arns       = { for topic in ["results", "operations"] : topic => "arn:aws:sns:${local.where}:${var.project_name}-${topic}" }

  values = merge(
    {
      project_name         = var.project_name
      region               = var.region
      account_id           = local.account_id
      bucket_name          = var.raw_bucket_name
      bucket_arn           = "arn:aws:s3:::${var.raw_bucket_name}"
      enhanced_bucket_name = local.enhanced_bucket_name
      enhanced_bucket_arn  = "arn:aws:s3:::${local.enhanced_bucket_name}"
      artifacts_bucket     = local.artifacts_bucket
      table_name           = local.table_name
      table_arn            = "arn:aws:dynamodb:${local.where}:table/${local.table_name}"
      topic_arn            = local.topic_arns.results
      key_arn              = local.key_arn
      state_machine_arn    = local.machine_arns["pipeline"]
    },
    { for room in keys(local.functions) : "${room}_function_arn" => "arn:aws:lambda:${local.where}:function:${var.project_name}-${room}" },
    { for name, arn in local.machine_arns : "${name}_machine_arn" => arn },
  )

  # Every functions/<room>/function.json is a function, every statemachine/<name>.asl.json a state machine.
  functions    = { for file in fileset("${local.source}/functions", "*/function.json") : dirname(file) => "${local.source}/functions/${file}" }
  machines     = { for file in fileset("${local.source}/statemachine", "*.asl.json") : trimsuffix(file, ".asl.json") => "${local.source}/statemachine/${file}" }
  machine_arns = { for name in keys(local.machines) : name => "arn:aws:states:${local.where}:stateMachine:${var.project_name}-${name}" }
  # Every statemachine/<name>-pattern.json is a rule that starts the machine of that name; uploads start the pipeline.
  rules       = { for file in fileset("${local.source}/statemachine", "*-pattern.json") : trimsuffix(file, "-pattern.json") => "${local.source}/statemachine/${file}" }
  rule_starts = { for name in keys(local.rules) : name => name == "upload" ? "pipeline" : name }
}
