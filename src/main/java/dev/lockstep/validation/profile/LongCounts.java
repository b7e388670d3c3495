package dev.lockstep.validation.profile;

import java.io.Serializable;
import java.util.Arrays;

/** How often each of many whole numbers was added: a hash table with linear probing. */
final class LongCounts implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LEAST_SLOTS = 8;

  private long[] keys;

  /** 0 for a free slot. */
  private long[] counts;

  private int size;

  /** Where the last key is: neighbouring rows often have the same one. */
  private int last;

  LongCounts() {
    this(LEAST_SLOTS);
  }

  /** With room for half as many keys as there are slots, a power of two. */
  private LongCounts(int slots) {
    keys = new long[slots];
    counts = new long[slots];
  }

  /** The same counts of the keys without their lowest bits. */
  LongCounts shifted(int bits) {
    LongCounts coarser = new LongCounts(keys.length);
    coarser.addAll(this, bits);
    return coarser;
  }

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

  void forEach(Visit visit) {
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        visit.accept(keys[i], counts[i]);
      }
    }
  }

  /** Is shown a key and its count. */
  interface Visit {
    void accept(long key, long count);
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

  /**
   * The key's slot, or the free one where it belongs. Of the product the highest bits count: keys
   * that end in many zeros, as those of whole numbers do, differ there alone.
   */
  private int slot(long key) {
    int before = last;
    if (keys[before] == key && counts[before] > 0) {
      return before;
    }
    long mixed = (key ^ key >>> 32) * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> Long.numberOfLeadingZeros(keys.length) + 1);
    while (counts[slot] > 0 && keys[slot] != key) {
      slot = slot + 1 & keys.length - 1;
    }
    last = slot;
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[2 * oldKeys.length];
    counts = new long[keys.length];
    last = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] > 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        counts[slot] = oldCounts[i];
      }
    }
  }
}
