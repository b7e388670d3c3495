package dev.lockstep

import org.scalatest.Tag

/** A test of the built jar or of the scripts that run it: Maven runs it after the jar is made. */
object Packaged extends Tag("Packaged")
