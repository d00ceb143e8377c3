"""Parts of the page "Submissions", and what other pages show of the ledger."""
