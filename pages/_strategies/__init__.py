"""Parts of the page Strategies, one module each."""
