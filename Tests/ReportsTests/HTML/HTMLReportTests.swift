import Foundation
import FoundationXML
import Testing

@testable import Diagnostics
@testable import Reports

@Suite("HTML report") struct HTMLReportTests {
  private func page(of diagnosis: Diagnosis) throws -> String {
    try HTMLReport(diagnosis, context: Example.context).rendered()
  }

  /// The page as XML, which it is but for its first line, its script and its data.
  private func document(_ page: String) throws -> Elements {
    let plain = page.replacing("<!DOCTYPE html>\n", with: "")
      .replacing("\(Page.script)", with: "")
      .replacing(/(id="report"[^>]*>)[^<]*/) { String($0.output.1) }
    let parser = XMLParser(data: Data(plain.utf8))
    let elements = Elements()
    parser.delegate = elements
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    return elements
  }

  @Test("A page is well-formed, and nothing in it comes from elsewhere")
  func selfContained() throws {
    let page = try page(of: Example.diagnosis)
    let elements = try document(page)
    #expect(elements.names.contains("svg") && elements.names.contains("table"))
    let sources = elements.attributes.filter {
      ["src", "href", "style", "srcset"].contains($0.name)
    }
    #expect(sources.isEmpty)
    #expect(!elements.names.contains { ["link", "img", "iframe", "object", "form"].contains($0) })
    #expect(page.contains("default-src &#39;none&#39;"))
    let isHandler = elements.attributes.contains { $0.name.hasPrefix("on") }
    #expect(!isHandler)
    // No two elements have the same name.
    let names = elements.attributes.filter { $0.name == "id" }.map(\.value)
    #expect(Set(names).count == names.count)
  }

  @Test("What a page says first is the sentence of the text report, with its command")
  func verdict() throws {
    let text = try document(page(of: Example.diagnosis)).text
    #expect(text.contains("Widen narrow by 3 neurons"))
    #expect(text.contains(Example.diagnosis.verdict.text))
    #expect(text.contains("tiny-diagnose grow digits.h5 -o grown.h5 --add narrow=3 --for now"))
    #expect(text.contains("1 dead unit answers the same to every sample"))
  }

  @Test("A page carries the JSON report along")
  func carriesReport() throws {
    let page = try page(of: Example.diagnosis)
    let start = try #require(page.range(of: "report.json\">") ?? page.range(of: "-report.json\">"))
    let end = try #require(page[start.upperBound...].range(of: "</script>"))
    let carried = try JSONSerialization.jsonObject(
      with: Data(page[start.upperBound..<end.lowerBound].utf8))
    let report = try JSONSerialization.jsonObject(
      with: Data(JSONReport(Example.diagnosis, context: Example.context).rendered().utf8))
    #expect((carried as? NSDictionary) == (report as? NSDictionary))
  }

  @Test(
    "Names are text, whatever is in them",
    arguments: [
      "<script>alert(1)</script>", "\" onload=\"alert(1)", "]]>&lt;<!--", "a\u{202e}b\u{0}",
    ])
  func hostileNames(name: String) throws {
    let diagnosis = Example.diagnosis(
      layers: [
        Example.layer(name, desired: 1, lack: 0.5, deadUnits: 0),
        Example.layer(name + "2", desired: 1, lack: 0.5, deadUnits: nil),
      ], growth: [Example.growth(0, neurons: 1, fitted: 0.1, heldOut: 0.05)])
    let context = ReportContext(
      tool: Example.context.tool,
      model: ReportedModel(
        path: "models/\(name).h5", format: name, parameters: 1,
        layers: [name, name + "2"].map {
          ReportedLayer(name: $0, inputs: 1, units: 1, activation: name, bias: true)
        }), dataPath: name, lossName: name, notes: [name])
    let page = try HTMLReport(diagnosis, context: context).rendered()
    let elements = try document(page)
    #expect(elements.names.count { $0 == "script" } == 2)
    #expect(!page.contains("<script>alert"))
    #expect(elements.text.contains("More neurons in \(name.printable)"))
    #expect(!elements.attributes.contains { $0.name.hasPrefix("on") })
  }

  @Test("Of a layer alone, of no layers, and of numbers that are none there is a page")
  func degenerate() throws {
    let cases = [
      Example.diagnosis(layers: [], growth: []),
      Example.diagnosis(
        layers: [Example.layer("a", desired: 0, lack: 0, deadUnits: nil)], growth: []),
      Example.diagnosis(
        layers: [
          Example.layer("a", desired: .nan, lack: .nan, deadUnits: 0),
          Example.layer("b", desired: 1, lack: 1, deadUnits: nil),
        ], growth: [Example.growth(0, neurons: 1, fitted: .nan, heldOut: .infinity)]),
    ]
    for diagnosis in cases {
      let page = try page(of: diagnosis)
      _ = try document(page)
      #expect(!page.contains("nan") && !page.contains("inf "))
    }
  }
}

/// What a document has.
private final class Elements: NSObject, XMLParserDelegate {
  var names: [String] = []
  var attributes: [(name: String, value: String)] = []
  var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    names.append(name)
    self.attributes += attributes.map { ($0.key, $0.value) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
