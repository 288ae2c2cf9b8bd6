import Diagnostics

extension ReportContext {
  /// The command that widens the bottleneck, word by word; `nil` where there is nothing to apply it to.
  ///
  /// It makes the neurons that the report judged, so that the loss falls by what it says. A recording's are
  /// made in no other way.
  func command(_ diagnosis: Diagnosis) -> [String]? {
    let verdict = diagnosis.verdict
    guard let layer = verdict.layer, canGrow else { return nil }
    let isRecorded = diagnosis.evaluation == nil
    return growCommand(
      adding: verdict.neurons, to: layer, isRecorded ? [] : ["--for", "now"])
  }

  /// The command that puts dead and duplicate units to use: that of the verdict, since `--add` widens a layer
  /// by exactly its number; `nil` where there is nothing to apply it to.
  var reuseCommand: [String]? {
    canGrow ? ["tiny-diagnose", "grow", model.path, "-o", grownPath] + options : nil
  }

  /// The command that adds neurons to a layer as these options say.
  func growCommand(adding neurons: Int, to layer: String, _ growing: [String] = []) -> [String] {
    let count = "\(layer)=\(neurons)"
    // What begins like an option has to be joined to its own.
    let adding = layer.hasPrefix("-") ? ["--add=\(count)"] : ["--add", count]
    return ["tiny-diagnose", "grow", model.path, "-o", grownPath] + adding + growing + options
  }
}
