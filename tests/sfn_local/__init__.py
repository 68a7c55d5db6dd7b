"""The definition in Step Functions Local, and the same cases on the interpreter of the embedded AWS."""
