package dev.lockstep.dataset;

import dev.lockstep.config.FeaturesConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.FeatureHasher;
import org.apache.spark.ml.feature.ImputerModel;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Fits the feature pipeline to the training split: numbers, then categories, then arrays.
 *
 * <p>Missing numbers become the column's median, then each column is scaled to mean 0 and standard
 * deviation 1 (a constant one to 0). A category is a unit for each training value in ascending
 * order, and a last one for null and for values that training has not; hashed, null is no unit.
 * What is fitted does not depend on the rows' order.
 */
final class FeatureFit {
  private static final String NUMBER = Names.OWN + "number_";
  private static final String IMPUTED = Names.OWN + "imputed_";
  private static final String CATEGORY = Names.OWN + "category_";
  private static final String INDEX = Names.OWN + "index_";
  private static final String UNITS = Names.OWN + "units_";
  private static final String NUMBERS = Names.OWN + "numbers";
  private static final String SCALED = Names.OWN + "scaled";

  private final Columns columns;
  private final FeaturesConfig config;
  private final Audit audit;
  private final FeatureInspection inspection;
  private final List<PipelineStage> stages = new ArrayList<>();
  private final List<String> vectors = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private Dataset<Row> training;

  /**
   * @param names of the features, one for each element of the array
   * @param from the version that they were fitted for; null: for this run
   * @param afresh why they are not the champion's, where they should be; null: they should not
   */
  record Fitted(Features features, List<String> names, String from, String afresh) {
    Fitted because(String reason) {
      return new Fitted(features, names, from, reason);
    }
  }

  private FeatureFit(Columns columns, Audit audit, Dataset<Row> training) {
    this.columns = columns;
    this.config = columns.data().features();
    this.audit = audit;
    this.inspection = audit.features();
    this.training = training;
  }

  /**
   * @param audit of all rows, without a problem
   * @throws RejectedDataException if a value is too far out for float32 once scaled
   */
  static Fitted fit(Columns columns, Audit audit, Dataset<Row> training) {
    FeatureFit fit = new FeatureFit(columns, audit, training);
    fit.addTypes();
    fit.addNumbers();
    fit.addCategories();
    fit.addArrays();
    Pipeline pipeline =
        new Pipeline("features").setStages(fit.stages.toArray(PipelineStage[]::new));
    return new Fitted(new Features(pipeline.fit(training)), List.copyOf(fit.names), null, null);
  }

  private void addTypes() {
    List<String> selected = new ArrayList<>(List.of("*"));
    for (int i = 0; i < config.numeric().size(); i++) {
      selected.add(cast(config.numeric().get(i), "double", NUMBER + i));
    }
    for (int i = 0; i < config.categorical().size(); i++) {
      selected.add(cast(config.categorical().get(i), "string", CATEGORY + i));
    }
    if (!config.arrays().isEmpty()) {
      List<String> arrays = config.arrays().stream().map(this::floats).toList();
      selected.add("concat(" + String.join(", ", arrays) + ") AS " + Features.ARRAYS);
    }
    add(
        new SQLTransformer("types")
            .setStatement("SELECT " + String.join(", ", selected) + " FROM __THIS__"));
  }

  private void addNumbers() {
    if (config.numeric().isEmpty()) {
      return;
    }
    String[] imputed = indexed(IMPUTED, config.numeric());
    NumberFit fit = NumberFit.of(columns, inspection, training, indexed(NUMBER, config.numeric()));
    checkRange(fit);
    ImputerModel imputer = new ImputerModel("median", fit.medians(training.sparkSession()));
    add(imputer.setInputCols(indexed(NUMBER, config.numeric())).setOutputCols(imputed));
    add(new VectorAssembler("numbers").setInputCols(imputed).setOutputCol(NUMBERS));
    StandardScalerModel scaler =
        new StandardScalerModel(
            "scale", Vectors.dense(fit.standardDeviations()), Vectors.dense(fit.means()));
    scaler.set(scaler.withMean(), true).set(scaler.withStd(), true);
    add(scaler.setInputCol(NUMBERS).setOutputCol(SCALED));
    vectors.add(SCALED);
    names.addAll(config.numeric());
  }

  private void addCategories() {
    List<String> categorical = config.categorical();
    if (categorical.isEmpty()) {
      return;
    }
    String[] categories = indexed(CATEGORY, categorical);
    if (config.encoding() == FeaturesConfig.Encoding.HASHED) {
      add(
          new FeatureHasher("hash")
              .setInputCols(categories)
              .setNumFeatures(config.hashBuckets())
              .setOutputCol(UNITS));
      vectors.add(UNITS);
      IntStream.range(0, config.hashBuckets()).forEach(i -> names.add("hash[" + i + "]"));
      return;
    }
    StringIndexerModel indexer =
        new StringIndexer("index")
            .setInputCols(categories)
            .setOutputCols(indexed(INDEX, categorical))
            .setStringOrderType("alphabetAsc")
            .setHandleInvalid("keep")
            .fit(training);
    add(indexer);
    add(
        new OneHotEncoder("units")
            .setInputCols(indexed(INDEX, categorical))
            .setOutputCols(indexed(UNITS, categorical))
            .setDropLast(false)
            .fit(indexer.transform(training)));
    for (int i = 0; i < categorical.size(); i++) {
      vectors.add(UNITS + i);
      for (String value : indexer.labelsArray()[i]) {
        names.add(categorical.get(i) + "=" + value);
      }
      names.add(categorical.get(i) + " (other)");
    }
  }

  private void addArrays() {
    if (!vectors.isEmpty()) {
      add(
          new VectorAssembler("vector")
              .setInputCols(vectors.toArray(String[]::new))
              .setOutputCol(Features.VECTOR));
    }
    for (String array : config.arrays()) {
      IntStream.range(0, inspection.length(array)).forEach(i -> names.add(array + "[" + i + "]"));
    }
  }

  private void add(PipelineStage stage) {
    if (stage instanceof SQLTransformer types) {
      training = types.transform(training);
    }
    stages.add(stage);
  }

  private void checkRange(NumberFit fit) {
    for (int i = 0; i < config.numeric().size(); i++) {
      FeatureInspection.Range range = inspection.range(config.numeric().get(i));
      double scaled = (range.magnitude() + Math.abs(fit.means()[i])) / fit.standardDeviations()[i];
      if (fit.standardDeviations()[i] > 0 && scaled > Float.MAX_VALUE) {
        audit
            .findings()
            .problem(
                "Invalid data.features.numeric column %s: a value is up to %s standard deviations off (must fit float32)"
                    .formatted(config.numeric().get(i), scaled));
      }
    }
    audit.findings().rejectIfAny();
  }

  private String floats(String array) {
    String name = Names.quoted(array);
    return "IF(size(%s) = %d AND NOT exists(%s, x -> x IS NULL), CAST(%s AS array<float>), NULL)"
        .formatted(name, inspection.length(array), name, name);
  }

  private static String cast(String column, String type, String as) {
    return "CAST(%s AS %s) AS %s".formatted(Names.quoted(column), type, as);
  }

  private static String[] indexed(String prefix, List<String> names) {
    return IntStream.range(0, names.size()).mapToObj(i -> prefix + i).toArray(String[]::new);
  }
}
