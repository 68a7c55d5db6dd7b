# One key for photos, records, messages, queues and logs. Its policy admits IAM of this account and the AWS services
# that must encrypt on their own; the functions' policies say what each of them may do with it.
resource "aws_kms_key" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  description             = "Encrypts ${var.project_name}: photos, records, messages, queues, logs"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = templatefile("${local.documents}/key-policy.json", { project_name = var.project_name, region = var.region, account_id = local.account_id })
}

resource "aws_kms_alias" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  name          = "alias/${var.project_name}"
  target_key_id = aws_kms_key.this[0].key_id
}
