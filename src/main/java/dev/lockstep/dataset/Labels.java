package dev.lockstep.dataset;

import dev.lockstep.config.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The label as the network sees it.
 *
 * @param classes in the order of their index; none for regression
 */
record Labels(Columns columns, List<String> classes) {

  /** A double: the class index 0 to K - 1, or the real value. */
  Column encoded() {
    Column value = Names.column(columns.data().label());
    if (columns.data().task() != Task.MULTICLASS) {
      return value.cast("double");
    }
    Map<String, Double> indices = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      indices.put(classes.get(i), (double) i);
    }
    UDF1<String, Double> index = indices::get;
    return functions.udf(index, DataTypes.DoubleType).apply(value.cast("string"));
  }
}
