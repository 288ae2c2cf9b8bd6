import Charts

/// A piece of a page; what is put into it is escaped.
typealias HTML = Markup

/// One file that a person can open, mail, print and keep: nothing in it comes from elsewhere, and it
/// is readable without scripts.
struct Page {
  /// What the window is called.
  let title: String
  /// The report as a program reads it, which the page carries along.
  let json: String
  /// The name of the file that the page's button saves it in.
  let fileName: String
  /// From the top.
  let content: [HTML]

  /// The document.
  func rendered() -> String {
    let style = Self.style + ChartStyle.page
    let script = "\(Self.script)"
    let policy =
      "default-src 'none'; style-src 'sha256-\(Self.hash(style))'; "
      + "script-src 'sha256-\(Self.hash(script))'; base-uri 'none'; form-action 'none'"
    let head = HTML(
      "head", [:],
      [
        HTML("meta", ["charset": "utf-8"]),
        HTML("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
        HTML("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        HTML("meta", ["name": "color-scheme", "content": "light dark"]),
        HTML("meta", ["name": "referrer", "content": "no-referrer"]),
        HTML("title", [:], title), HTML("style", [:], verbatim: style),
      ])
    let body = HTML(
      "body", [:],
      [HTML("main", [:], content), Chain.hatching, data, HTML("script", [:], verbatim: script)])
    return "<!DOCTYPE html>\n" + HTML("html", ["lang": "en"], [head, body]).source + "\n"
  }

  /// The report, as it was written but for what would end the element or begin another in it.
  private var data: HTML {
    HTML(
      "script", ["type": "application/json", "id": "report", "data-name": fileName],
      verbatim: json.replacing("<", with: "\\u003c"))
  }

  private static func hash(_ text: String) -> String { base64(SHA256.hash(Array(text.utf8))) }
}
