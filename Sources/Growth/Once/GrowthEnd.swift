package import Diagnostics

/// Why no more was added to a network.
package enum GrowthEnd: Equatable, Sendable {
  /// The verdict names no layer to widen.
  case verdict(Verdict)
  /// A neuron of any layer has more parameters than these, which are left of the budget.
  case budgetSpent(parametersLeft: Int)
  /// No λ² is above the threshold.
  case noneAboveThreshold(threshold: Double, largest: Double)
  /// The paper's neurons above the threshold lower the loss at no amplitude.
  case noneLowersLoss
  /// The neurons that a recording suggests do not lower the loss that its owner finds.
  case noneLowersEvaluatedLoss
  /// No samples of a recording are held out to judge the neurons above the threshold by.
  case nothingToJudgeBy
}
