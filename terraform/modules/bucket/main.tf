# A bucket as every bucket here is: private, versioned, encrypted with the key, TLS only, tidy.
resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:access logs need a bucket that outlives this one; CloudTrail data events tell the same, docs/deploy.md says how
  #checkov:skip=CKV_AWS_144:a second Region doubles the costs; versions and the deletion guard keep photos from accidents
  bucket        = var.name
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = templatefile(var.policy_template, { own_arn = "arn:aws:s3:::${var.name}", enhance_role_arn = var.enhance_role_arn })

  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "tidy"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_version_days
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  dynamic "rule" {
    for_each = var.expiring

    content {
      id     = rule.key
      status = "Enabled"

      filter {
        prefix = rule.value.prefix
      }

      expiration {
        days = rule.value.days
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_notification" "this" {
  count = var.sends_events ? 1 : 0

  bucket      = aws_s3_bucket.this.id
  eventbridge = true
}

resource "aws_s3_bucket_cors_configuration" "this" {
  count = var.cors_rule == null ? 0 : 1

  bucket = aws_s3_bucket.this.id

  cors_rule {
    id              = var.cors_rule.ID
    allowed_origins = distinct(concat(var.cors_rule.AllowedOrigins, var.web_origins))
    allowed_methods = var.cors_rule.AllowedMethods
    allowed_headers = var.cors_rule.AllowedHeaders
    expose_headers  = var.cors_rule.ExposeHeaders
    max_age_seconds = var.cors_rule.MaxAgeSeconds
  }
}
