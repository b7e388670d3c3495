package dev.lockstep.validation.profile;

import java.io.Serializable;

/** A column whose values are to be profiled, and as what. */
public record ProfiledColumn(String name, Kind kind) implements Serializable {

  /** The type that the rows hold the values in. */
  public enum Kind {
    /** double */
    NUMBER,
    /** string */
    CATEGORY,
    /** array of float, without nulls */
    ARRAY
  }
}
