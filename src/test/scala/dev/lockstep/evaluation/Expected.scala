package dev.lockstep.evaluation

/** What src/test/resources/evaluation/expected.py prints, by scikit-learn 1.9 and NumPy 2.4. */
object Expected {
  val binaryAll: Map[String, Double] = Map(
    "auc" -> 0.7720853365384615,
    "log-loss" -> 0.7614337155786647,
    "accuracy" -> 0.715,
    "base-rate" -> 0.52,
    "precision" -> 0.7373737373737373,
    "recall" -> 0.7019230769230769,
    "f1" -> 0.7192118226600985,
    "brier" -> 0.19783749999999997,
    "calibration-bin-01-predicted" -> 0.045,
    "calibration-bin-01-observed" -> 0.25,
    "calibration-bin-03-predicted" -> 0.24368421052631578,
    "calibration-bin-03-observed" -> 0.3684210526315789,
    "calibration-bin-10-predicted" -> 0.95,
    "calibration-bin-10-observed" -> 0.8181818181818182
  )

  val binaryB: Map[String, Double] = Map(
    "auc" -> 0.7804659498207885,
    "log-loss" -> 0.5745657917205936,
    "accuracy" -> 0.7164179104477612,
    "base-rate" -> 0.5373134328358209,
    "precision" -> 0.7428571428571429,
    "recall" -> 0.7222222222222222,
    "f1" -> 0.7323943661971831,
    "brier" -> 0.19378059701492537,
    "calibration-bin-01-predicted" -> 0.034999999999999996,
    "calibration-bin-01-observed" -> 0.16666666666666666,
    "calibration-bin-03-predicted" -> 0.235,
    "calibration-bin-03-observed" -> 0.5,
    "calibration-bin-10-predicted" -> 0.9400000000000001,
    "calibration-bin-10-observed" -> 0.8571428571428571
  )

  val multiclassAll: Map[String, Double] = Map(
    "log-loss" -> 1.4576298462874004,
    "accuracy" -> 0.31333333333333335,
    "macro-f1" -> 0.24825818232897878,
    "confusion-0-0" -> 24.0,
    "confusion-0-1" -> 7.0,
    "confusion-0-2" -> 16.0,
    "confusion-0-3" -> 10.0,
    "confusion-1-0" -> 16.0,
    "confusion-1-1" -> 9.0,
    "confusion-1-2" -> 11.0,
    "confusion-1-3" -> 8.0,
    "confusion-2-0" -> 16.0,
    "confusion-2-1" -> 10.0,
    "confusion-2-2" -> 14.0,
    "confusion-2-3" -> 9.0
  )

  val regressionAll: Map[String, Double] = Map(
    "rmse" -> 0.3664322497929968,
    "mae" -> 0.2987307692307619,
    "r2" -> 0.976571780299466
  )

  val logistic: Map[String, Double] = Map(
    "p0" -> 0.4840147071130676,
    "p1" -> 0.2927324424282322,
    "p299" -> 0.36942251736494897,
    "mean" -> 0.566666666224553
  )

  val multinomial: Map[String, Double] = Map(
    "p0-0" -> 0.14177249833649308,
    "p0-1" -> 0.33126797483453413,
    "p0-2" -> 0.5269595268289727,
    "p299-0" -> 0.3441295526227421,
    "p299-1" -> 0.20789864575867809,
    "p299-2" -> 0.44797180161857975
  )

  val linear: Map[String, Double] = Map(
    "f0" -> 0.5122542050703296,
    "f1" -> -1.042433490250669,
    "f299" -> -1.0375730719918836,
    "mean" -> 0.8267458919087785
  )
}
