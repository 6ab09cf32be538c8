package dev.kinebeam.schemas.render;

/** One set of a recipe: so many repetitions of one side. */
public record SetSpec(String side, int reps) {}
