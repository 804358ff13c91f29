"""Pure: policy packs, parameters with dates, conditions, trace, interpretation points, calculate()."""
