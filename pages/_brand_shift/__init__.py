"""Parts of the brand shift page, one a module; each draws itself from the workspace."""
