"""What operators and the page do with photos: find them, look at them, run them again. Nothing here prints."""
