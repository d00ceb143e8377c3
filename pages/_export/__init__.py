"""A submission file on its way out: checked, cleared by the leak sentinel, offered."""
