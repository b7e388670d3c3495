package dev.lockstep.training.allreduce;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What a worker and the driver say to each other. */
sealed interface Word {
  /** A worker is there, listens at {@code endpoint} and lives in {@code process}. */
  record Here(Endpoint endpoint, String process) implements Word {}

  /** A worker lacks the state that the round begins with. */
  record StateWanted() implements Word {}

  /** The driver's answer: what the worker finds it by. */
  @SuppressWarnings("ArrayRecordComponent") // a message: never compared
  record StateHandle(byte[] handle) implements Word {}

  /** A worker has its shards and its replica, and can begin. */
  record Ready() implements Word {}

  /** The driver's answer, when all workers are ready: where each of them said that it is. */
  record Everybody(List<Here> workers) implements Word {}

  /** Worker 0 after an iteration, now and then; iterations count over the whole run. */
  record Progress(int iteration, double loss) implements Word {}

  /**
   * A worker lives.
   *
   * @param iteration the last that it finished, over the whole run; {@link #NOT_BEGUN} before it
   *     begins
   * @param signs of life so far: moves whenever the worker gets anything done
   * @param waitsFor a worker, or {@link #NOBODY}
   */
  record Beat(int iteration, long signs, int waitsFor) implements Word {}

  int NOBODY = -1;
  int NOT_BEGUN = -1;

  /**
   * A worker gives up.
   *
   * @param lost the worker that it lost, which is then the reason, or {@link #NOBODY}
   * @param reason in one line
   */
  record Failed(int lost, String reason) implements Word {}

  /** A worker was told to stop: whoever told it knows why. */
  record Stopped() implements Word {}

  /** A worker has done all of the round, and leaves. */
  record Done() implements Word {}

  default byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      if (this instanceof Here here) {
        out.writeByte('h');
        write(here, out);
      } else if (this instanceof StateWanted) {
        out.writeByte('w');
      } else if (this instanceof StateHandle state) {
        out.writeByte('g');
        out.write(state.handle());
      } else if (this instanceof Ready) {
        out.writeByte('r');
      } else if (this instanceof Everybody all) {
        out.writeByte('e');
        out.writeInt(all.workers().size());
        for (Here here : all.workers()) {
          write(here, out);
        }
      } else if (this instanceof Progress progress) {
        out.writeByte('p');
        out.writeInt(progress.iteration());
        out.writeDouble(progress.loss());
      } else if (this instanceof Beat beat) {
        out.writeByte('b');
        out.writeInt(beat.iteration());
        out.writeLong(beat.signs());
        out.writeInt(beat.waitsFor());
      } else if (this instanceof Failed failed) {
        out.writeByte('f');
        out.writeInt(failed.lost());
        out.writeUTF(failed.reason());
      } else {
        out.writeByte(this instanceof Stopped ? 's' : 'd');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Word of(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    byte kind = in.readByte();
    return switch (kind) {
      case 'h' -> here(in);
      case 'w' -> new StateWanted();
      case 'g' -> new StateHandle(in.readAllBytes());
      case 'r' -> new Ready();
      case 'e' -> {
        List<Here> workers = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
          workers.add(here(in));
        }
        yield new Everybody(workers);
      }
      case 'p' -> new Progress(in.readInt(), in.readDouble());
      case 'b' -> new Beat(in.readInt(), in.readLong(), in.readInt());
      case 'f' -> new Failed(in.readInt(), in.readUTF());
      case 's' -> new Stopped();
      case 'd' -> new Done();
      default -> throw new IOException("Unknown word: " + kind);
    };
  }

  private static void write(Here here, DataOutputStream out) throws IOException {
    out.writeUTF(here.endpoint().host());
    out.writeInt(here.endpoint().port());
    out.writeUTF(here.process());
  }

  private static Here here(DataInputStream in) throws IOException {
    return new Here(new Endpoint(in.readUTF(), in.readInt()), in.readUTF());
  }
}
