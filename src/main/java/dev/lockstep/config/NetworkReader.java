package dev.lockstep.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The section {@code network}. */
final class NetworkReader {
  private static final List<String> LAYERS =
      List.of("dense", "batch-norm", "dropout", "activation");

  private NetworkReader() {}

  static NetworkConfig read(Section network) {
    List<String> forms = List.of("layers", "dl4j", "keras").stream().filter(network::has).toList();
    if (forms.isEmpty()) {
      network.fail(
          "layers",
          "Missing network.layers: no value (required, unless network.dl4j or network.keras is"
              + " set)");
    } else if (forms.size() > 1) {
      network.invalid(
          forms.get(1),
          "network." + forms.get(0) + " is set too; set one of layers, dl4j, keras",
          "");
    }
    List<LayerConfig> layers = new ArrayList<>();
    if (network.has("layers")) {
      network.sections("layers").forEach(entry -> layer(entry).ifPresent(layers::add));
    }
    return new NetworkConfig(
        List.copyOf(layers),
        network.optionalText("dl4j"),
        network.optionalText("keras"),
        network.number("l1", Bounds.NOT_NEGATIVE),
        network.number("l2", Bounds.NOT_NEGATIVE),
        network.name("weight-init", KnownNames.WEIGHT_INITS));
  }

  private static Optional<LayerConfig> layer(Section layer) {
    if (!layer.isUnderstood()) {
      return Optional.empty();
    }
    String type = layer.name("type", LAYERS);
    if (layer.failed("type")) {
      layer.skip();
      return Optional.empty();
    }
    layer.withDefaults(type);
    return Optional.of(
        switch (type) {
          case "dense" -> dense(layer);
          case "batch-norm" ->
              new LayerConfig.BatchNorm(
                  layer.number("decay", Bounds.INNER), layer.number("epsilon", Bounds.POSITIVE));
          case "dropout" -> new LayerConfig.Dropout(layer.number("rate", Bounds.INNER));
          default -> new LayerConfig.Activation(layer.name("function", KnownNames.ACTIVATIONS));
        });
  }

  private static LayerConfig dense(Section layer) {
    return new LayerConfig.Dense(
        layer.wholeNumber("units", 1),
        layer.name("activation", KnownNames.ACTIVATIONS),
        coefficient(layer, "l1"),
        coefficient(layer, "l2"));
  }

  private static OptionalDouble coefficient(Section layer, String key) {
    Optional<Double> number = layer.optionalNumber(key, Bounds.NOT_NEGATIVE);
    return number.isPresent() ? OptionalDouble.of(number.get()) : OptionalDouble.empty();
  }
}
