# Code goes by way of a bucket, because Lambda takes at most 50 MB directly. The key holds the content's hash, so that
# a new build is a new object and the version that ran before can be found again.
module "artifacts" {
  source = "./modules/bucket"

  name                    = local.artifacts_bucket
  policy_template         = "${local.documents}/bucket-policy.json"
  enhance_role_arn        = local.enhance_role_arn
  kms_key_arn             = local.key_arn
  force_destroy           = true
  noncurrent_version_days = var.noncurrent_version_days
  sends_events            = false
  # Plans and reports, which name keys and users, go as Step Functions forgets the executions.
  expiring = { backfills = { prefix = "backfill/", days = 90 } }
}

locals {
  zip_folder = coalesce(var.zip_folder, "${local.source}/build/lambda")
  zips       = { for room in keys(local.functions) : room => "${local.zip_folder}/${room}.zip" }

  definitions = { for room, file in local.functions : room => jsondecode(templatefile(file, local.values)) }
  # What a variable sets, in the words of function.json; it goes to each function that has such a setting.
  settings = {
    for name, value in {
      STRENGTH   = var.strength
      PRESET     = var.preset
      RENDITIONS = var.renditions == null ? null : jsonencode([for rendition in var.renditions : { for key, part in rendition : key => part if part != null }])
      MAX_BYTES  = var.max_bytes
      MAX_PIXELS = var.max_pixels
      MAX_FRAMES = var.max_frames
    } : name => tostring(value) if value != null
  }
  known_settings = distinct(flatten([for definition in values(local.definitions) : keys(definition.environment)]))
}

resource "aws_s3_object" "code" {
  for_each = local.zips

  bucket = module.artifacts.name
  key    = "${each.key}/${fileexists(each.value) ? filesha256(each.value) : "missing"}.zip"
  source = each.value

  lifecycle {
    precondition {
      condition     = fileexists(each.value)
      error_message = "There is no ${each.value}: run \"make build\" first."
    }
    precondition {
      condition     = length(setsubtract(keys(local.settings), local.known_settings)) == 0
      error_message = "No functions/*/function.json has ${join(", ", setsubtract(keys(local.settings), local.known_settings))}: this version of Darkroom does not know that setting, leave it out."
    }
  }
}

module "function" {
  source   = "./modules/function"
  for_each = local.definitions

  name        = "${var.project_name}-${each.key}"
  role_name   = "${local.global_name}-${each.key}"
  definition  = each.value
  environment = { for name, value in each.value.environment : name => lookup(local.settings, name, value) }
  policy      = templatefile("${dirname(local.functions[each.key])}/policy.json", local.values)
  trust       = file("${local.documents}/function-trust.json")
  code = {
    bucket = module.artifacts.name
    key    = aws_s3_object.code[each.key].key
    hash   = fileexists(local.zips[each.key]) ? filebase64sha256(local.zips[each.key]) : ""
  }
  alarms = jsondecode(templatefile(local.alarms_template, merge(local.alarm_values, {
    function          = each.key
    function_name     = "${var.project_name}-${each.key}"
    slow_milliseconds = each.value.timeout_seconds * 800
  }))).function
  alarm_topic_arn          = aws_sns_topic.this["operations"].arn
  kms_key_arn              = local.key_arn
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = var.permissions_boundary_arn
}
