"""The parts of the page "Brand shift", a module a part, each with one function that draws it."""
