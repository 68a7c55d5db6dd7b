"""Both ways to an account, run for real against the embedded AWS: Terraform, and deploy.sh."""
