"""Terminal output and HTML page of campaigns."""
