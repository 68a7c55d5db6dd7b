# Every validation refuses what it should. tests/unit/test_deployment_settings.py holds deploy.sh to the same values.
# Each run plans the variables alone (tests/deployment/terraform.py copies them there): a plan of everything would start
# the AWS provider, for seconds, to come to the same refusals.
variables {
  region          = "eu-central-1"
  project_name    = "gallery"
  raw_bucket_name = "gallery-uploads"
}

run "bad_values_1" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.region,
    var.project_name,
    var.raw_bucket_name,
    var.enhanced_bucket_name,
    var.email_subscription,
    var.sms_subscription,
    var.alarm_email,
    var.strength,
    var.preset,
    var.renditions,
    var.max_bytes,
    var.max_pixels,
    var.max_frames,
    var.architecture,
    var.web_origins,
    var.noncurrent_version_days,
    var.log_retention_days,
    var.kms_key_arn,
    var.permissions_boundary_arn,
    var.tags,
  ]
  variables {
    region                   = "frankfurt"
    project_name             = "Gallery"
    raw_bucket_name          = "Has Spaces"
    enhanced_bucket_name     = "UPPER"
    email_subscription       = "ada"
    sms_subscription         = "555 0100"
    alarm_email              = "ops@"
    strength                 = 101
    preset                   = "loud"
    renditions               = [{ name = "Web!", longest_edge_pixels = 100, format = "JPEG" }]
    max_bytes                = 0
    max_pixels               = 0.5
    max_frames               = 0
    architecture             = "x86_64"
    web_origins              = ["*"]
    noncurrent_version_days  = 0
    log_retention_days       = 29
    kms_key_arn              = "alias/mine"
    permissions_boundary_arn = "boundary"
    tags                     = { Project = "mine" }
  }
}

run "bad_values_2" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.region,
    var.project_name,
    var.raw_bucket_name,
    var.email_subscription,
    var.strength,
    var.renditions,
    var.tags,
  ]
  variables {
    region             = "cn-north-1"
    project_name       = "a"
    raw_bucket_name    = "a.b.c"
    email_subscription = "ada@example"
    strength           = -1
    renditions         = [{ name = "web", longest_edge_pixels = 8, format = "JPEG" }]
    tags               = { "aws:mine" = "1" }
  }
}

run "bad_values_3" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.project_name,
  ]
  variables {
    project_name = "gallery-"
  }
}

run "bad_values_4" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.project_name,
  ]
  variables {
    project_name = "a-project-name-that-is-far-too-long"
  }
}

run "bad_values_5" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.renditions,
    var.strength,
  ]
  variables {
    renditions = [{ name = "web", longest_edge_pixels = 800, format = "PNG", quality = 80 }]
    strength   = 50.5
  }
}

run "bad_values_6" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.renditions,
  ]
  variables {
    renditions = [
      { name = "web", longest_edge_pixels = 800, format = "JPEG" },
      { name = "web", longest_edge_pixels = 400, format = "JPEG" },
    ]
  }
}

run "bad_values_7" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.region,
  ]
  variables {
    region = "us-gov-west-1"
  }
}

run "bad_values_8" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.region,
  ]
  variables {
    region = "eusc-de-east-1"
  }
}

run "bad_values_9" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.region,
  ]
  variables {
    region = "us-iso-east-1"
  }
}

run "bad_values_10" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.region,
  ]
  variables {
    region = "us-isob-east-1"
  }
}

run "bad_values_11" {
  command = plan
  module {
    source = "./tests/variables"
  }
  expect_failures = [
    var.region,
  ]
  variables {
    region = "aws-global"
  }
}
