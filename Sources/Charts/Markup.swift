/// A piece of an HTML or SVG document, well-formed by how it is made.
///
/// Text and the values of attributes are escaped, whoever wrote them. The names of elements and of
/// attributes, styles and scripts are literals of the program: nothing from a file can be one.
package struct Markup: Equatable, Sendable {
  /// As it stands in a document.
  package let source: String

  /// Text, escaped.
  package init(_ text: String) { source = Self.escaped(text) }

  /// Several pieces, one after the other.
  package init(_ pieces: [Markup]) { source = pieces.map(\.source).joined() }

  /// An element.
  ///
  /// - Parameters:
  ///   - name: of the element.
  ///   - attributes: names and values; one whose value is `nil` is left out, an empty one only named.
  ///   - content: what is inside.
  package init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>,
    _ content: [Markup] = []
  ) {
    var text = "<\(name)"
    for (key, value) in attributes {
      guard let value else { continue }
      text += " \(key)=\"\(Self.escaped(value))\""
    }
    // Written so, an element without content and end is understood as HTML and as XML.
    if content.isEmpty, Self.childless.contains("\(name)") {
      source = text + "/>"
    } else {
      source = text + ">" + content.map(\.source).joined() + "</\(name)>"
    }
  }

  /// An element with text in it.
  package init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>, _ text: String
  ) {
    self.init(name, attributes, [Markup(text)])
  }

  /// An element whose content is not escaped as text is: a style, a script, data.
  package init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>, verbatim text: String
  ) {
    let element = Markup(name, attributes, [Markup("")]).source
    source = element.dropLast("</\(name)>".count) + text + "</\(name)>"
  }

  private static let childless: Set<String> = [
    "meta", "br", "hr", "input", "col", "rect", "path", "circle", "line", "use",
  ]

  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
      case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
      case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
      case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
      case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
