"""What the program found, as objects."""

from .comparison import Comparison
from .growth import Growth
from .inspection import Inspection
from .report import Report

__all__ = ["Comparison", "Growth", "Inspection", "Report"]
