package dev.lockstep

import org.scalatest.Tag

/** A test of minutes on real processes: left out by default, `-Dtests.exclude=none` takes it in. */
object Slow extends Tag("Slow")
