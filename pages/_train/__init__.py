"""Parts of the page Train & explain."""
