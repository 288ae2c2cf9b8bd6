import Diagnostics
import Reports

extension ReportContext {
  /// The report on a diagnosis in one of its forms.
  func rendered(
    _ diagnosis: Diagnosis, as format: OutputFormat, style: TextStyle, isDetailed: Bool
  ) throws -> String {
    switch format {
    case .json: try JSONReport(diagnosis, context: self).rendered()
    case .html: try HTMLReport(diagnosis, context: self).rendered()
    case .text:
      TextReport(diagnosis, context: self, style: style, isDetailed: isDetailed).rendered()
    }
  }
}
