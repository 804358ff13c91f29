"""兑现台: an offline caseworker desk for county industry-support money."""

__version__ = "0.1.0"
