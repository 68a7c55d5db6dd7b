"""Files made to do harm, and odd ones that are sound: each must end well, or fail with an error of its own."""
