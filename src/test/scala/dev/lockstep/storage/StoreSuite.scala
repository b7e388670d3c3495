package dev.lockstep.storage

import java.nio.file.Files
import java.util.concurrent.atomic.AtomicBoolean

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path
import org.scalatest.funsuite.AnyFunSuite

class StoreSuite extends AnyFunSuite {

  test("a store has a place for each kind of result") {
    TemporaryStore { (store, folder) =>
      assert(store.prepared("r-1").toString == s"file:$folder/prepared/r-1")
      assert(store.checkpoints("r-1").toString == s"file:$folder/checkpoints/r-1")
      assert(store.models("m").toString == s"file:$folder/models/m")
      assert(store.predictions("m").toString == s"file:$folder/predictions/m")
      assert(store.warehouse().toString == s"file:$folder/warehouse")
    }
  }

  test("a relative root lies below the working directory") {
    val store = Store.open("var/store", new Configuration())
    assert(store.root().toString == s"file:${System.getProperty("user.dir")}/var/store")
  }

  test("a name with a slash is no name") {
    TemporaryStore { (store, _) =>
      for (name <- Seq("a/b", "..", ".", "", "a b")) {
        assertThrows[IllegalArgumentException](store.prepared(name))
      }
    }
  }

  test("checking a writable store leaves nothing behind") {
    TemporaryStore { (_, folder) =>
      Store.open(folder.resolve("a/b/c").toString, new Configuration()).checkWritable()
      assert(folder.toFile.list().isEmpty)
    }
  }

  test("a directory is listed while files come and go in it") {
    TemporaryStore { (store, folder) =>
      val stays = Files.writeString(folder.resolve("stays"), "")
      val over = new AtomicBoolean
      val others = (1 to 2).map { n =>
        new Thread(() =>
          while (!over.get) {
            val files = (1 to 20).map(i => folder.resolve(s"goes-$n-$i"))
            files.foreach(Files.writeString(_, ""))
            files.foreach(Files.delete(_))
          }
        )
      }
      others.foreach(_.start())
      try {
        for (_ <- 1 to 2000) assert(store.names(store.root()).contains(stays.getFileName.toString))
      } finally {
        over.set(true)
        others.foreach(_.join())
      }
      assert(store.names(new Path(store.root(), "nowhere")).isEmpty)
    }
  }

  test("a store below a file cannot be written") {
    TemporaryStore { (_, folder) =>
      Files.writeString(folder.resolve("file"), "")
      val root = folder.resolve("file/store")
      val refused = intercept[StoreException] {
        Store.open(root.toString, new Configuration()).checkWritable()
      }
      assert(refused.getMessage == s"Cannot write store: file:$root (not a directory)")
    }
  }

  test("a store without permission cannot be written, and stays as it was") {
    TemporaryStore { (_, folder) =>
      val store = Store.open(s"readonly://$folder/store", FlatFileSystem.configuration)
      val refused = intercept[StoreException](store.checkWritable())
      assert(refused.getMessage == s"Cannot write store: ${store.root()} (permission denied)")
      assert(refused.getMessage.linesIterator.size == 1)
      val begun = intercept[StoreException](AtomicDirectory.begin(store, store.prepared("run")))
      assert(begun.getMessage == s"Cannot write: ${store.prepared("run")} (permission denied)")
      assert(folder.toFile.list().isEmpty)
    }
  }

  test("a full disk is named with its path and a remedy, and nothing stays of what was begun") {
    assume(Files.exists(java.nio.file.Path.of(FullFileSystem.device.toString)))
    TemporaryStore { (_, folder) =>
      val hadoop = new Configuration()
      hadoop.set("fs.file.impl", classOf[FullFileSystem].getName)
      hadoop.set("fs.file.impl.disable.cache", "true")
      val store = Store.open(folder.toString, hadoop)
      val full = "(no space left on device: free some and run again)"
      def problem(write: => Unit): String = intercept[StoreException](write).getMessage
      assert(problem(store.checkWritable()) == s"Cannot write store: file:$folder $full")
      val directory = AtomicDirectory.begin(store, store.prepared("run"))
      val file = s"${store.prepared("run")}/network.zip"
      assert(
        problem(TemporaryStore.write(directory, "network.zip", "x")) == s"Cannot write: $file $full"
      )
      directory.close()
      val card = folder.resolve("prepared/card.html")
      assert(
        problem(AtomicFile.at(card.toString, hadoop).write(Array[Byte](1))) ==
          s"Failed to write: file:$card $full"
      )
      assert(folder.toFile.list().toSeq == Seq("prepared"))
      assert(folder.resolve("prepared").toFile.list().isEmpty)
    }
  }

  test("what a local disk refuses is told from what is not there") {
    val reasons = Seq(
      "/s/.probe (Permission denied)" -> "permission denied",
      "/s/.probe (Read-only file system)" -> "read-only file system",
      "/s/.probe (Too many open files)" -> "too many open files",
      "/s/.probe (No such file or directory)" -> "no such file or directory",
      "File file:/s/.probe does not exist" -> "no such file or directory"
    )
    for ((message, words) <- reasons) {
      val cause = new java.io.FileNotFoundException(message)
      assert(Causes.inWords(cause) == words)
      assert(Causes.isMissing(cause) == (words == "no such file or directory"))
    }
  }

  test("a store may be a link to a directory") {
    TemporaryStore { (_, folder) =>
      val link = Files.createSymbolicLink(
        folder.resolve("link"),
        Files.createDirectory(folder.resolve("directory"))
      )
      Store.open(link.toString, new Configuration()).checkWritable()
    }
  }

  test("a file is replaced whole on a file system without a rename of its own") {
    TemporaryStore { (_, folder) =>
      for (scheme <- Seq("flat", "object")) {
        val file = AtomicFile.at(s"$scheme://$folder/$scheme/page", FlatFileSystem.configuration)
        for (text <- Seq("first", "second")) {
          file.write(text.getBytes("UTF-8"))
          assert(Files.readString(folder.resolve(s"$scheme/page")) == text)
        }
        assert(folder.resolve(scheme).toFile.list().toSeq == Seq("page"))
      }
    }
  }

  test("a root of an unknown scheme is refused in one line") {
    val refused = intercept[StoreException](Store.open("nowhere://host/x", new Configuration()))
    assert(refused.getMessage == "Cannot open store: nowhere://host/x (unknown scheme)")
  }

  test("an object that breaks off while it replaces another leaves that other one") {
    TemporaryStore { (_, folder) =>
      val store = Store.open(s"object://$folder", FlatFileSystem.configuration)
      val Seq(old, whole, broken) = Seq("old", "whole", "broken").map { name =>
        Files.writeString(folder.resolve(name), s"what $name has")
        new Path(s"object://$folder/$name")
      }
      assertThrows[StoreException](store.replaceFile(broken, old))
      assert(Files.readString(folder.resolve("old")) == "what old has")
      store.replaceFile(whole, old)
      assert(Files.readString(folder.resolve("old")) == "what whole has")
      assert(!Files.exists(folder.resolve("whole")))
    }
  }
}
