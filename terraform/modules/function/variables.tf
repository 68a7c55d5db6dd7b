variable "name" {
  description = "Name of the function."
  type        = string
}

variable "role_name" {
  description = "Name of its role, unique in the account."
  type        = string
}

variable "definition" {
  description = "Its function.json."
  type = object({
    description     = string
    runtime         = string
    architecture    = string
    handler         = string
    memory_mb       = number
    timeout_seconds = number
  })
}

variable "environment" {
  description = "Its environment variables."
  type        = map(string)
}

variable "policy" {
  description = "Its policy.json, placeholders filled in."
  type        = string
}

variable "trust" {
  description = "Who may assume its role."
  type        = string
}

variable "code" {
  description = "Where its zip lies, and the zip's SHA-256 in Base64."
  type        = object({ bucket = string, key = string, hash = string })
}

variable "alarms" {
  description = "Its alarms by name, as in deploy/documents/alarms.json."
  type        = any
}

variable "alarm_topic_arn" {
  description = "Topic of its alarms."
  type        = string
}

variable "kms_key_arn" {
  description = "ARN of the key that encrypts its logs."
  type        = string
}

variable "log_retention_days" {
  description = "Days that its logs are kept."
  type        = number
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds its role, or null."
  type        = string
}
