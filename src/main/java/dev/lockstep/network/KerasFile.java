package dev.lockstep.network;

import dev.lockstep.config.InvalidConfigException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A Keras model in HDF5, compiled with its loss: sequential or functional. */
final class KerasFile {
  private static final byte[] HDF5_SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  private KerasFile() {}

  /** The network with its weights. */
  static TrainableNetwork read(File file)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    checkSignature(file);
    Model model =
        isSequential(file)
            ? KerasModelImport.importKerasSequentialModelAndWeights(file.getPath(), true)
            : KerasModelImport.importKerasModelAndWeights(file.getPath(), true);
    return TrainableNetwork.of(model);
  }

  private static boolean isSequential(File file)
      throws IOException, UnsupportedKerasConfigurationException {
    try (Hdf5Archive archive = new Hdf5Archive(file.getPath())) {
      String model = archive.readAttributeAsJson("model_config");
      return "Sequential".equals(new ObjectMapper().readTree(model).path("class_name").asText());
    }
  }

  /** HDF5's own complaint about another file is long, and goes to stderr. */
  private static void checkSignature(File file) throws IOException {
    try (InputStream in = Files.newInputStream(file.toPath())) {
      if (!Arrays.equals(in.readNBytes(HDF5_SIGNATURE.length), HDF5_SIGNATURE)) {
        throw new InvalidConfigException(
            "Invalid network.keras: no HDF5 file (Keras's .h5 format)");
      }
    }
  }
}
