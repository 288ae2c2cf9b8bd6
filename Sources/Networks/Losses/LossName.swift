/// A loss as a person names it: `huber`, or `huber:0.5` with its parameter, or `quantile:0.9`.
package struct LossName: Equatable, Sendable, CustomStringConvertible {
  /// The loss, its parameters those of the name or else Keras's defaults.
  package let loss: Loss
  /// δ of huber, τ of quantile, the label smoothing of a binary or categorical cross-entropy; `nil` where
  /// the name has none.
  package let parameter: Double?

  /// A loss by its name; `nil` for any other text, or a parameter out of its range, and of a quantile loss
  /// that does not say which quantile.
  ///
  /// - Parameter text: any name that Keras accepts, and the parameter behind a colon if the loss has one.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let named = Loss(named: String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      if case .quantile = named { return nil }
      (loss, parameter) = (named, nil)
      return
    }
    guard let number = Double(parts[1]), number.isFinite else { return nil }
    parameter = number
    switch named {
    case .huber where number > 0: loss = .huber(delta: number)
    case .quantile where number > 0 && number < 1: loss = .quantile(number)
    case .binaryCrossentropy where (0..<1).contains(number):
      loss = .binaryCrossentropy(fromLogits: false, labelSmoothing: number)
    case .categoricalCrossentropy where (0..<1).contains(number):
      loss = .categoricalCrossentropy(fromLogits: false, labelSmoothing: number)
    default: return nil
    }
  }

  /// A text that means the same.
  package var description: String { loss.name + (parameter.map { ":\($0)" } ?? "") }
}
