# Policies for the people who operate this, on demand: attach them to a group or a permission set. Nobody has them yet.
resource "aws_iam_policy" "operators" {
  for_each = var.operator_policy ? {
    operator = "What the commands of Darkroom's operators call"
    probe    = "What `darkroom doctor --probe` does besides"
  } : {}

  name        = "${local.global_name}-${each.key}"
  description = each.value
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in jsondecode(templatefile("${local.documents}/${each.key}-policy.json", local.values)).Statement :
      statement if var.operator_erases_originals || statement.Sid != "EraseOriginals"
    ]
  })
}
