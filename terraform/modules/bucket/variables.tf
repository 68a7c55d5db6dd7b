variable "name" {
  description = "Name of the bucket."
  type        = string
}

variable "policy_template" {
  description = "File of the bucket's policy, with the placeholders own_arn and enhance_role_arn."
  type        = string
}

variable "enhance_role_arn" {
  description = "ARN of the role that alone may write under enhanced/."
  type        = string
}

variable "kms_key_arn" {
  description = "ARN of the key that encrypts what no other key is named for."
  type        = string
}

variable "force_destroy" {
  description = "Whether destroy deletes the bucket even with objects in it."
  type        = bool
}

variable "noncurrent_version_days" {
  description = "Days until a noncurrent version is deleted."
  type        = number
}

variable "sends_events" {
  description = "Whether EventBridge hears of what happens in the bucket."
  type        = bool
}

variable "expiring" {
  description = "Prefixes whose objects are deleted after some days, by the name of the rule."
  type        = map(object({ prefix = string, days = number }))
  default     = {}
}

variable "web_origins" {
  description = "Further origins of web pages that may use the bucket with presigned requests."
  type        = list(string)
  default     = []
}

variable "cors_rule" {
  description = "What web pages may do, and which always may, as in deploy/documents/bucket-cors.json; null for none."
  type        = any
  default     = null
}
