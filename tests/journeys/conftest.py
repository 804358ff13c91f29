"""The sample office for these tests."""

from sample_office import after_day, made_sample, manifest, sample, whole_day

__all__ = ["after_day", "made_sample", "manifest", "sample", "whole_day"]
