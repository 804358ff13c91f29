"""Pure: case steps and who may take them, checklist, notice periods, instalments, fund."""
