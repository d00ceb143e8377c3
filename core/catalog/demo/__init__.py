"""The demo catalogue: invented products in the challenge's format, with its noise, and the truth kept apart."""

from core.catalog.demo.spec import DemoFiles, DemoSpec
from core.catalog.demo.write import demo_source, demo_table, load_truth, write_demo

__all__ = ["DemoFiles", "DemoSpec", "demo_source", "demo_table", "load_truth", "write_demo"]
