"""Every guard there is."""

from verification.mutations import of_definitions, of_limits, of_objects, of_records

GUARDS = (*of_records.GUARDS, *of_objects.GUARDS, *of_definitions.GUARDS, *of_limits.GUARDS)
