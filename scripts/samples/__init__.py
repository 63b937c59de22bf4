"""The sample calls: written scenarios, synthesised voices, exact truth."""
