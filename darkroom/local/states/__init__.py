"""The embedded AWS's Step Functions: executions, redrives, histories, retry waits."""
