module "photos" {
  source   = "./modules/bucket"
  for_each = toset(distinct([var.raw_bucket_name, local.enhanced_bucket_name]))

  name                    = each.key
  policy_template         = "${local.documents}/bucket-policy.json"
  enhance_role_arn        = local.enhance_role_arn
  kms_key_arn             = local.key_arn
  force_destroy           = var.force_destroy_bucket
  noncurrent_version_days = var.noncurrent_version_days
  sends_events            = each.key == var.raw_bucket_name
  web_origins             = var.web_origins
  cors_rule               = local.cors_rule
}

locals {
  # Its origins are those of the page that `darkroom page` serves.
  cors_rule        = jsondecode(file("${local.documents}/bucket-cors.json"))
  table_indexes    = jsondecode(file("${local.documents}/table-indexes.json"))
  table_attributes = flatten([for index in local.table_indexes : [index.hash_key, index.range_key]])
}

# The records. AttentionIndex is sparse: it holds only what FAILED or is still PROCESSING. UploadIndex lists all by day.
resource "aws_dynamodb_table" "images" {
  name                        = local.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "ImageId"
  deletion_protection_enabled = !var.force_destroy_bucket

  dynamic "attribute" {
    for_each = toset(concat(["ImageId"], local.table_attributes))
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.table_indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.hash_key
      range_key       = global_secondary_index.value.range_key
      projection_type = global_secondary_index.value.projection
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = local.key_arn
  }
}
