"""Trains and measures the model of dialogue acts."""
