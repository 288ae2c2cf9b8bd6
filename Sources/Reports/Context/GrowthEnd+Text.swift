import Diagnostics
package import Growth

extension GrowthEnd {
  /// Why no more was added, in a sentence without its full stop.
  ///
  /// - Parameter hasDropout: whether the model is trained with Dropout; `nil` if its file does not say.
  /// - Returns: the sentence, or several.
  package func text(hasDropout: Bool?) -> String {
    switch self {
    case .verdict(let verdict): verdict.text(hasDropout: hasDropout)
    case .budgetSpent(let left):
      "the \(left) parameters left of the budget are fewer than a neuron has"
    case .noneAboveThreshold(let threshold, let largest):
      "no λ² is above \(threshold.inThreeDigits), the largest is \(largest.inThreeDigits)"
    case .noneLowersLoss: "no neurons above the threshold lower the loss"
    case .noneLowersEvaluatedLoss:
      "the neurons found lower the evaluated loss at no amplitude"
    case .nothingToJudgeBy:
      "no samples are held out to judge the neurons above the threshold by"
    }
  }
}
