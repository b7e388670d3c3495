package dev.lockstep.validation.profile;

import java.io.Serializable;
import java.util.Arrays;

/** How often each of many whole numbers was added: a hash table with linear probing. */
final class LongCounts implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LEAST_SLOTS = 8;

  private long[] keys = new long[LEAST_SLOTS];

  /** 0 for a free slot. */
  private long[] counts = new long[LEAST_SLOTS];

  private int size;

  void add(long key, long count) {
    int slot = slot(key);
    if (counts[slot] == 0) {
      if (2 * ++size > keys.length) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
    }
    counts[slot] += count;
  }

  void addAll(LongCounts other, int shift) {
    for (int i = 0; i < other.keys.length; i++) {
      if (other.counts[i] > 0) {
        add(other.keys[i] >> shift, other.counts[i]);
      }
    }
  }

  /** Different keys. */
  int size() {
    return size;
  }

  long count(long key) {
    return counts[slot(key)];
  }

  long[] sortedKeys() {
    long[] sorted = new long[size];
    int next = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        sorted[next++] = keys[i];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /** The key's slot, or the free one where it belongs. */
  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & keys.length - 1;
    while (counts[slot] > 0 && keys[slot] != key) {
      slot = slot + 1 & keys.length - 1;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[2 * oldKeys.length];
    counts = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] > 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        counts[slot] = oldCounts[i];
      }
    }
  }
}
