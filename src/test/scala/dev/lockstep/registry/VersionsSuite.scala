package dev.lockstep.registry

import dev.lockstep.config.{Task, UpdaterConfig}
import dev.lockstep.metrics.MetricsTables
import dev.lockstep.network.{Blueprint, NetworkShape}
import dev.lockstep.storage.{AtomicDirectory, Store, StoreException, TemporaryStore}
import dev.lockstep.training.EngineFixture
import java.nio.file.{Files, Path}
import java.time.{Instant, LocalDate}
import java.util.{Map => JMap}
import org.apache.hadoop.conf.Configuration
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.scalatest.funsuite.AnyFunSuite

class VersionsSuite extends AnyFunSuite with EngineFixture {
  private val blueprint = Blueprint.ofLayers(
    layers(0, 0, dense(3)),
    settings(updater(UpdaterConfig.Type.ADAM)),
    new NetworkShape(Task.BINARY, 4, 2)
  )
  private val trained = new Versions.Trained(blueprint, initial(blueprint))

  private def provenance(model: String) = new Provenance(
    model,
    "run-1",
    "run-1",
    LocalDate.parse("2013-03-01"),
    Instant.parse("2013-03-02T04:05:06Z"),
    "{}",
    JMap.of("fingerprint", "f"),
    JMap.of("epochs", Int.box(3)),
    trained.state.parametersSha256,
    "test",
    JMap.of()
  )

  private def withVersions(body: (Versions, MetricsTables, Store, Path) => Unit): Unit = {
    val folder = Files.createTempDirectory("lockstep-versions-")
    try {
      val store = Store.open(folder.toString, new Configuration())
      val prepared = AtomicDirectory.begin(store, store.prepared("run-1"))
      TemporaryStore.write(prepared, "features/stages/part-0", "fitted")
      prepared.commit(JMap.of())
      val tables = MetricsTables.open(spark)
      body(new Versions(store, tables), tables, store, folder)
    } finally org.apache.hadoop.fs.FileUtil.fullyDelete(folder.toFile)
  }

  private def features(folder: Path) =
    new org.apache.hadoop.fs.Path(folder.resolve("prepared/run-1/features").toString)

  test("a version is network, features and provenance together, and a candidate's row") {
    withVersions { (versions, tables, _, folder) =>
      val added = versions.add(trained, features(folder), provenance("model-a"))
      val found = versions.find("model-a", "run-1").get
      assert(found == added && found.provenance == provenance("model-a"))
      val home = folder.resolve("models/model-a/run-1")
      assert(Files.exists(home.resolve("features/stages/part-0")))
      val network = MultiLayerNetwork.load(home.resolve("network.zip").toFile, true)
      assert(vector(network.params()).toSeq == trained.state.parameters.toSeq)
      val rows = tables.versions("model-a")
      assert(rows.size == 1 && rows.get(0).status == "candidate")
      assert(rows.get(0).sha256 == found.sha256 && rows.get(0).path == found.path.toString)
    }
  }

  test(
    "adding again changes nothing; after a kill between directory and row the row is made good"
  ) {
    withVersions { (versions, tables, _, folder) =>
      versions.add(trained, features(folder), provenance("model-b"))
      tables.writeVersions("model-b", _ => java.util.List.of())
      versions.register(versions.find("model-b", "run-1").get)
      assert(tables.versions("model-b").size == 1)
      tables.writeVersions("model-b", _ => java.util.List.of())
      versions.add(trained, features(folder), provenance("model-b"))
      versions.add(trained, features(folder), provenance("model-b"))
      assert(tables.versions("model-b").size == 1)
    }
  }

  test("features that are not what was prepared make no version, nor does one more file of them") {
    for (file <- Seq("part-0", "part-1")) withVersions { (versions, tables, _, folder) =>
      val stage = folder.resolve("prepared/run-1/features/stages")
      Files.write(stage.resolve(file), "forged".getBytes("UTF-8"))
      val refused = intercept[StoreException] {
        versions.add(trained, features(folder), provenance("model-d"))
      }
      assert(refused.getMessage.contains(s"/features/stages/$file ("), refused.getMessage)
      assert(!Files.exists(folder.resolve("models")) && tables.versions("model-d").isEmpty)
    }
  }

  test("a damaged network is refused, and the file is named") {
    withVersions { (versions, _, _, folder) =>
      val version = versions.add(trained, features(folder), provenance("model-c"))
      val file = folder.resolve("models/model-c/run-1/network.zip")
      val bytes = Files.readAllBytes(file)
      bytes(bytes.length / 2) = (bytes(bytes.length / 2) ^ 1).toByte
      Files.write(file, bytes)
      val error = intercept[StoreException](versions.network(version))
      assert(error.getMessage.contains("network.zip"), error.getMessage)
    }
  }
}
