"""What Darkroom costs and how much it takes: prices, quotas, what a photo was measured to use, and what follows."""
