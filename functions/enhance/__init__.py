"""EnhanceImage: make it visibly, measurably better."""
