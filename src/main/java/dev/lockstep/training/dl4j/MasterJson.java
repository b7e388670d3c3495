package dev.lockstep.training.dl4j;

import java.io.IOException;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.MapperFeature;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;
import org.nd4j.shade.jackson.databind.exc.ValueInstantiationException;
import org.nd4j.shade.jackson.databind.json.JsonMapper;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLMapper;

/** A master's settings as the text that DL4J's masters give, in one of two forms. */
enum MasterJson {
  JSON(JsonMapper.builder().configure(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, true).build()),
  YAML(YAMLMapper.builder().configure(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, true).build());

  private final ObjectMapper mapper;

  MasterJson(ObjectMapper mapper) {
    this.mapper = mapper.enable(SerializationFeature.INDENT_OUTPUT);
  }

  String write(MasterSettings settings) {
    try {
      return mapper.writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws IllegalArgumentException in one line if the text is not a master's
   */
  MasterSettings read(String text) {
    try {
      return mapper.readValue(text, MasterSettings.class);
    } catch (ValueInstantiationException e) {
      throw e.getCause() instanceof IllegalArgumentException known ? known : invalid(e);
    } catch (IOException e) {
      throw invalid(e);
    }
  }

  private IllegalArgumentException invalid(IOException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new IllegalArgumentException(
        "Invalid " + name() + " of a training master: " + line + " (must be what it once gave)", e);
  }
}
