import Diagnostics

extension ReportContext {
  /// The command that widens the bottleneck, word by word; `nil` where there is nothing to apply it to.
  func command(_ verdict: Verdict) -> [String]? {
    guard let layer = verdict.layer, canGrow else { return nil }
    return growCommand(["--add", "\(layer)=\(verdict.neurons)"])
  }

  /// The command that grows the model as these options say.
  func growCommand(_ growing: [String]) -> [String] {
    ["tiny-diagnose", "grow", model.path, "-o", grownPath] + growing + options
  }
}
