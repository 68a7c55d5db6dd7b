# Required: where, under which name, and the bucket that photos go to.

variable "region" {
  description = "AWS Region of everything, for example eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]{1,2}$", var.region)) && !startswith(var.region, "cn-")
    error_message = "region must be a Region of AWS's commercial partition (aws), such as eu-central-1: China (aws-cn), GovCloud (aws-us-gov), the European Sovereign Cloud (aws-eusc) and the isolated partitions (aws-iso…) are not supported."
  }
}

variable "project_name" {
  description = "Prefix of every name, so that several deployments fit in one account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.project_name))
    error_message = "project_name must have 3 to 24 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "raw_bucket_name" {
  description = "Name of the bucket to make for uploads; bucket names are unique in the whole world."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.raw_bucket_name))
    error_message = "raw_bucket_name must have 3 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit."
  }
}

# Where results go.

variable "enhanced_bucket_name" {
  description = "Name of a second bucket to make for the enhanced copies; null keeps them under enhanced/ in the bucket of the uploads."
  type        = string
  default     = null

  validation {
    condition     = var.enhanced_bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.enhanced_bucket_name))
    error_message = "enhanced_bucket_name must have 3 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit; null uses the bucket of the uploads."
  }
}

variable "email_subscription" {
  description = "E-mail address that hears of every photo; AWS asks it to confirm. null subscribes nobody."
  type        = string
  default     = null

  validation {
    condition     = var.email_subscription == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", var.email_subscription))
    error_message = "email_subscription must be one e-mail address, such as ada@example.com."
  }
}

variable "sms_subscription" {
  description = "Phone number that hears of every photo. null subscribes nobody."
  type        = string
  default     = null

  validation {
    condition     = var.sms_subscription == null || can(regex("^[+][1-9][0-9]{6,14}$", var.sms_subscription))
    error_message = "sms_subscription must be a phone number with country code and no spaces, such as +15555550100."
  }
}

variable "alarm_email" {
  description = "E-mail address that hears of alarms; AWS asks it to confirm. null subscribes nobody."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", var.alarm_email))
    error_message = "alarm_email must be one e-mail address, such as ops@example.com."
  }
}

# What the functions do; null keeps what their function.json says.

variable "strength" {
  description = "How much to enhance, 0 to 100."
  type        = number
  default     = null

  validation {
    condition     = var.strength == null || try(var.strength >= 0 && var.strength <= 100 && floor(var.strength) == var.strength, false)
    error_message = "strength must be a whole number from 0 to 100."
  }
}

variable "preset" {
  description = "What to take a photo for: auto, photo, document or none."
  type        = string
  default     = null

  validation {
    condition     = var.preset == null || contains(["auto", "photo", "document", "none"], coalesce(var.preset, "-"))
    error_message = "preset must be auto, photo, document or none."
  }
}

variable "renditions" {
  description = "Smaller copies to make of each photo."
  type = list(object({
    name                = string
    longest_edge_pixels = number
    format              = string
    quality             = optional(number)
  }))
  default = null

  validation {
    condition = length(coalesce(var.renditions, [])) <= 8 && length(distinct(coalesce(var.renditions, [])[*].name)) == length(coalesce(var.renditions, [])) && alltrue([
      for rendition in coalesce(var.renditions, []) :
      can(regex("^[a-z0-9][a-z0-9-]{0,31}$", rendition.name))
      && rendition.longest_edge_pixels >= 16 && rendition.longest_edge_pixels <= 16383
      && floor(rendition.longest_edge_pixels) == rendition.longest_edge_pixels
      && contains(["JPEG", "PNG", "WEBP", "AVIF"], rendition.format)
      && (rendition.quality == null || try(rendition.format != "PNG" && rendition.quality >= 1 && rendition.quality <= 100 && floor(rendition.quality) == rendition.quality, false))
    ])
    error_message = "renditions must be at most 8, each with a name of its own (1 to 32 lower-case letters, digits and hyphens), longest_edge_pixels from 16 to 16383, format JPEG, PNG, WEBP or AVIF, and if you like a quality from 1 to 100 (not for PNG)."
  }
}

variable "max_bytes" {
  description = "Largest upload that is taken, in bytes."
  type        = number
  default     = null

  validation {
    condition     = var.max_bytes == null || try(var.max_bytes >= 1 && floor(var.max_bytes) == var.max_bytes, false)
    error_message = "max_bytes must be a whole number of bytes, 1 or more."
  }
}

variable "max_pixels" {
  description = "Largest photo that is taken, in pixels; raise the enhance function's memory_mb with it."
  type        = number
  default     = null

  validation {
    condition     = var.max_pixels == null || try(var.max_pixels >= 1 && floor(var.max_pixels) == var.max_pixels, false)
    error_message = "max_pixels must be a whole number of pixels, 1 or more."
  }
}

variable "max_frames" {
  description = "Most frames that a photo may have."
  type        = number
  default     = null

  validation {
    condition     = var.max_frames == null || try(var.max_frames >= 1 && floor(var.max_frames) == var.max_frames, false)
    error_message = "max_frames must be a whole number, 1 or more."
  }
}

variable "zip_folder" {
  description = "Folder with the functions' zips, relative to terraform/ or absolute; null takes what make build writes, build/lambda."
  type        = string
  default     = null
}

# How things are kept and by whom.

variable "web_origins" {
  description = "Origins of the web pages that may upload and read photos with presigned requests, for example https://photos.example.com."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for origin in var.web_origins :
      can(regex("^(https://([*][.])?[a-z0-9-]+([.][a-z0-9-]+)*|http://(localhost|127[.]0[.]0[.]1))(:[0-9]{1,5})?$", origin))
    ])
    error_message = "web_origins must be origins, such as https://photos.example.com or https://*.example.com: no path, and plain http for localhost and 127.0.0.1 alone."
  }
}

variable "force_destroy_bucket" {
  description = "Let destroy delete the buckets with every photo in them, and the table: true only where the photos may go."
  type        = bool
  default     = false
}

variable "noncurrent_version_days" {
  description = "Days until a replaced or deleted version of an object is deleted for good."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_version_days >= 1 && floor(var.noncurrent_version_days) == var.noncurrent_version_days
    error_message = "noncurrent_version_days must be a whole number of days, 1 or more."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "kms_key_arn" {
  description = "ARN of a key of yours to encrypt with; its policy must hold the statements of deploy/documents/key-policy.json. null makes a key."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (no alias): arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role made here, where your organisation asks for one."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy: arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "operator_policy" {
  description = "Make the policies for operators and for `darkroom doctor --probe`, to be attached to whom you like."
  type        = bool
  default     = false
}

variable "operator_erases_originals" {
  description = "Let the operators' policy delete originals with all their versions (`darkroom forget --originals`)."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags of everything, besides Project."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:") && length(key) <= 128 && key != "Project"])
    error_message = "tags must have keys of at most 128 characters that are not Project and do not begin with aws:."
  }
}
