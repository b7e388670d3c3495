TrainingMaster<?, ?> master = // instead of new ParameterAveragingTrainingMaster.Builder(1).…
    new SynchronousTrainingMaster.Builder().batchSize(256).build();
SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, configuration, master);
for (int epoch = 0; epoch < 10; epoch++) {
  network.fit(trainingData); // JavaRDD<DataSet>: one exact pass over it
}
ModelSerializer.writeModel(network.getNetwork(), "network.zip", true);
