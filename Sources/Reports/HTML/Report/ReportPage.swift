import Charts
package import Diagnostics

/// A diagnosis as a page: one HTML file, see `Page`.
///
/// All that it shows is in the JSON report, which it carries along.
package struct HTMLReport: Sendable {
  let report: JSONReport

  /// The page of a diagnosis.
  package init(_ diagnosis: Diagnosis, context: ReportContext) {
    report = JSONReport(diagnosis, context: context)
  }

  /// The page of a report.
  init(_ report: JSONReport) { self.report = report }

  /// The page, with a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String {
    let name = report.model.path.fileName.printable
    var content = [
      HTML.masthead(name, facts: facts), verdict, network, layerTable,
    ]
    if let main = curves.first(where: \.isMain) { content.append(growth(main)) }
    content.append(overview)
    content.append(otherLayers)
    content += [.footer(report.tool), Term.explanations]
    return Page(
      title: "\(name) · tiny-diagnose", json: try renderedJSON(report, isCompact: true),
      fileName: "\(report.model.path.fileStem.printable)-report.json", content: content
    ).rendered()
  }

  private var facts: [String] {
    let (data, loss) = (report.data, report.loss)
    var samples = "\(Text.count(data.samples)) \(data.samples == 1 ? "sample" : "samples")"
    if data.validationSamples > 0 { samples += ", \(Text.count(data.validationSamples)) held out" }
    return [
      report.model.format, "\(Text.count(report.model.parameters)) parameters",
      samples + (data.path == report.model.path ? "" : " from \(data.path.fileName)"),
    ] + (data.sampleWeights.map { ["weighted by \($0)"] } ?? []) + [loss.name]
  }

  /// What new neurons gain, layer by layer.
  var curves: [GrowthCurve] { GrowthCurve.all(of: report) }
}

extension String {
  /// The last part of a path.
  var fileName: String { split(separator: "/").last.map(String.init) ?? self }

  /// The same without its ending.
  var fileStem: String {
    let parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count > 1 ? parts.dropLast().joined(separator: ".") : fileName
  }
}
