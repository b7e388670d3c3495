package dev.lockstep.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Peers one after the other, again and again, so that a slow minute of the machine is a slow minute
 * for all; the best turn of each counts, as others on the machine only ever take time.
 */
final class Turns {
  private Turns() {}

  /** Samples a second of each peer. */
  static double[] samplesPerSecond(Effort effort, List<Peer> peers) {
    int[] epochs = peers.stream().mapToInt(peer -> warmUp(effort, peer)).toArray();
    double[] best = new double[epochs.length];
    for (int turn = 0; turn < effort.turns(); turn++) {
      for (int i = 0; i < epochs.length; i++) {
        Peer peer = peers.get(i);
        long nanos = peer.train(epochs[i]);
        best[i] = Math.max(best[i], peer.samples() * 1e9 * epochs[i] / nanos);
      }
    }
    Progress.say(
        "  %s",
        String.join(
            ", ",
            Arrays.stream(epochs)
                .mapToObj(n -> n == 1 ? "1 epoch" : n + " epochs")
                .map(text -> text + " a turn")
                .toList()));
    return best;
  }

  /** Returns how many epochs fill a turn. */
  private static int warmUp(Effort effort, Peer peer) {
    long total = 0;
    long last = 0;
    while (total < effort.warmUp().toNanos()) {
      last = peer.train(1);
      total += last;
    }
    return (int) Math.max(1, (effort.turn().toNanos() + last - 1) / last);
  }
}
