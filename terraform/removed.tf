# Settings that are gone. Terraform would only warn of a value for a variable that it does not know, and go on.

variable "architecture" {
  description = "Removed: the functions run on arm64 alone."
  type        = any
  default     = null

  validation {
    condition     = var.architecture == null
    error_message = "architecture is no setting any more: the functions run on arm64 alone, because enhance for x86_64 comes too close to Lambda's limit of 250 MB. Leave it out."
  }
}
