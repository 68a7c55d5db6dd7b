"""The embedded AWS's Step Functions: executions, redrives, histories, retry waits."""

from darkroom.local.states.batch_alone import import_alone

# Before any module of this package imports moto's Step Functions.
import_alone()
