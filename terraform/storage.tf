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
  cors_rule               = jsondecode(file("${local.documents}/bucket-cors.json"))
}

# The records. AttentionIndex is sparse: it holds only what FAILED or is still PROCESSING.
resource "aws_dynamodb_table" "images" {
  name                        = local.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "ImageId"
  deletion_protection_enabled = !var.force_destroy_bucket

  dynamic "attribute" {
    for_each = ["Attention", "ImageId", "Timestamp"]
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = "AttentionIndex"
    hash_key        = "Attention"
    range_key       = "Timestamp"
    projection_type = "ALL"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = local.key_arn
  }
}
