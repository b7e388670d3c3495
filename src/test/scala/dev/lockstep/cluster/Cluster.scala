package dev.lockstep.cluster

import org.scalatest.Tag

/** A test on real processes of a cluster. */
object Cluster extends Tag("Cluster")
