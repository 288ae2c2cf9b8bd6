import Diagnostics

extension ReportContext {
  /// The command that widens the bottleneck, word by word; `nil` where there is nothing to apply it to.
  func command(_ verdict: Verdict) -> [String]? {
    guard let layer = verdict.layer, canGrow else { return nil }
    let path = model.path
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last
    // Keras takes weights alone under this ending only.
    let grown =
      path.hasSuffix(".weights.h5") ? "grown.weights.h5" : ending.map { "grown.\($0)" } ?? "grown"
    return ["tiny-diagnose", "grow", path, "-o", grown, "--add", "\(layer)=\(verdict.neurons)"]
      + options
  }
}
