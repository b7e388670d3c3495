/**
 * Leases on the store: one driver at a time works on a run, on a line of models or on a date's
 * predictions. May use storage.
 *
 * <p>A lease is the file {@code <store>/leases/<kind>/<name>/<generation>}, of kind {@code runs},
 * {@code models} or {@code predictions}. Whoever creates the file of the next generation holds the
 * lease; creation without overwrite is one operation of HDFS and of a local disk, so exactly one
 * driver succeeds. The holder writes the file anew several times per timeout and removes it at the
 * end. A lease that was not renewed for the timeout may be taken over by creating the next
 * generation. A driver that watched it for so long tells by its own clock; one that comes later
 * tells by the store's, and then watches for two renewals' time, since that clock may have been
 * set. Clocks of two hosts are never compared.
 *
 * <p>A holder checks before every commit that its generation is the newest and still its own. What
 * remains is a process that is stopped for a whole timeout between this check and the commit behind
 * it: it then commits once more. Rows cannot double by that, since every table commit replaces the
 * rows of its key and is refused if they have changed meanwhile, and a directory's name can be
 * taken once only.
 *
 * <p>An object store without conditional writes lets two drivers create the same generation in the
 * same instant. The later one's file stays, and each reads it back, after creating it and before
 * every commit: the other driver stops there.
 */
package dev.lockstep.storage.lease;
