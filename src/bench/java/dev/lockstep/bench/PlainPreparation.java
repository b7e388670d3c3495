package dev.lockstep.bench;

import dev.lockstep.config.DataConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What {@code prepare} does to the rows, as a user of Spark would write it: split by hash, MLlib's
 * own estimators fitted to the training split, features of all splits as Parquet in the order of
 * the key. Without checks, profile, fingerprint, row ids and manifest.
 */
final class PlainPreparation {
  private static final String SPLIT = "split";
  private static final String FEATURES = "features";

  private final SparkSession spark;
  private final DataConfig data;

  PlainPreparation(SparkSession spark, DataConfig data) {
    this.spark = spark;
    this.data = data;
  }

  void write(String folder) {
    String key = data.key().get(0);
    Dataset<Row> rows =
        spark
            .read()
            .parquet(data.source())
            .select(columns(key))
            .repartitionByRange(
                spark.sparkContext().defaultParallelism(), functions.col(SPLIT), functions.col(key))
            .sortWithinPartitions(SPLIT, key)
            .persist();
    try {
      PipelineModel model = pipeline().fit(rows.where("split = 'train'"));
      for (String split : List.of("train", "validation", "test")) {
        model
            .transform(rows.where(functions.col(SPLIT).equalTo(split)))
            .select(
                functions.col(key),
                functions.col(data.date().orElseThrow()),
                org.apache
                    .spark
                    .ml
                    .functions
                    .vector_to_array(functions.col(FEATURES), "float32")
                    .as(FEATURES),
                functions.col(data.label()))
            .coalesce(split.equals("train") ? 4 : 1)
            .write()
            .mode("overwrite")
            .parquet(folder + "/" + split);
      }
      model.write().overwrite().save(folder + "/" + FEATURES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      rows.unpersist();
    }
  }

  private Column[] columns(String key) {
    Column tenth = functions.pmod(functions.xxhash64(functions.col(key)), functions.lit(10));
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col(key));
    columns.add(functions.col(data.date().orElseThrow()));
    columns.add(functions.col(data.label()).cast("double"));
    data.features()
        .numeric()
        .forEach(name -> columns.add(functions.col(name).cast("double").as(name)));
    data.features()
        .categorical()
        .forEach(
            name ->
                columns.add(
                    functions
                        .coalesce(functions.col(name).cast("string"), functions.lit("missing"))
                        .as(name)));
    columns.add(
        functions
            .when(tenth.equalTo(0), "test")
            .when(tenth.equalTo(1), "validation")
            .otherwise("train")
            .as(SPLIT));
    return columns.toArray(Column[]::new);
  }

  private Pipeline pipeline() {
    List<String> numeric = data.features().numeric();
    List<String> categorical = data.features().categorical();
    String[] imputed = named("imputed", numeric);
    String[] indices = named("index", categorical);
    String[] units = named("units", categorical);
    String[] parts = Stream.concat(Stream.of("scaled"), Stream.of(units)).toArray(String[]::new);
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new Imputer()
                  .setInputCols(numeric.toArray(String[]::new))
                  .setOutputCols(imputed)
                  .setStrategy("median"),
              new VectorAssembler().setInputCols(imputed).setOutputCol("numbers"),
              new StandardScaler().setInputCol("numbers").setOutputCol("scaled").setWithMean(true),
              new StringIndexer()
                  .setInputCols(categorical.toArray(String[]::new))
                  .setOutputCols(indices)
                  .setStringOrderType("alphabetAsc")
                  .setHandleInvalid("keep"),
              new OneHotEncoder().setInputCols(indices).setOutputCols(units).setDropLast(false),
              new VectorAssembler().setInputCols(parts).setOutputCol(FEATURES)
            });
  }

  private static String[] named(String prefix, List<String> names) {
    return IntStream.range(0, names.size()).mapToObj(i -> prefix + i).toArray(String[]::new);
  }
}
