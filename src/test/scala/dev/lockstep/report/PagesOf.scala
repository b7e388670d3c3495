package dev.lockstep.report

import java.io.StringReader
import javax.xml.parsers.DocumentBuilderFactory

import org.w3c.dom.Document
import org.xml.sax.InputSource

/** Pages, as a program reads them. */
object PagesOf {

  /** The page's pictures, parsed as XML. */
  def pictures(html: String): Seq[Document] =
    "(?s)<svg.*?</svg>".r
      .findAllIn(html)
      .map { svg =>
        DocumentBuilderFactory.newInstance.newDocumentBuilder
          .parse(new InputSource(new StringReader(svg)))
      }
      .toSeq

  /** The page's text without its tags, blanks made one. */
  def text(html: String): String =
    html
      .replaceAll("(?s)<style>.*?</style>", " ")
      .replaceAll("<[^>]*>", " ")
      .replaceAll("\\s+", " ")
}
