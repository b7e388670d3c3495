package dev.lockstep.network;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Some examples as arrays, the first dimension of each being the example. Belongs to whoever made
 * it: arrays may be filled again.
 *
 * @param features one array for each of the network's inputs
 * @param labels one for each output
 * @param featureMasks one for each input, null where it has none
 * @param labelMasks one for each output, null where it has none
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of arguments: never compared
public record Examples(
    INDArray[] features, INDArray[] labels, INDArray[] featureMasks, INDArray[] labelMasks) {

  /** Of one input and one output, without masks. */
  public static Examples of(INDArray features, INDArray labels) {
    return new Examples(
        new INDArray[] {features}, new INDArray[] {labels}, new INDArray[1], new INDArray[1]);
  }

  public int count() {
    return Math.toIntExact(features[0].size(0));
  }

  /** DL4J's graph takes no array of masks where there are none. */
  static INDArray[] orNone(INDArray[] masks) {
    return Arrays.stream(masks).allMatch(mask -> mask == null) ? null : masks;
  }
}
