"""The benchmarks: quality and speed against the goals and against other tools, in one run each."""
