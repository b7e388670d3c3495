package dev.lockstep.cluster

import java.net.URI
import java.net.http.{HttpClient, HttpRequest}
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration

import scala.util.Try

/** What a process's own page says. */
object Http {
  private val client = HttpClient.newHttpClient()

  /** None while it does not answer. */
  def get(url: String): Option[String] = Try {
    val request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build()
    client.send(request, BodyHandlers.ofString()).body()
  }.toOption
}
