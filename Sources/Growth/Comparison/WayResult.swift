/// The result of training on in one way.
package struct WayResult: Equatable, Sendable {
  /// The way.
  package let way: ComparisonWay
  /// The number of weights and biases of its Dense layers.
  package let parameters: Int
  /// How it went, from before the first step on.
  package let curve: [Point]
  /// How many of the runs diverged.
  package let divergedRuns: Int
  /// The place in `curve` of the lowest loss on the choosing part, where early stopping would end it;
  /// `nil` if there is none.
  package let bestPlace: Int?
  /// By how much the loss of the network as it is, at its own best, is above this one's at its best, on
  /// the judging part; `nil` where one of them diverged at once.
  package let gain: Difference?
  /// By how much the loss after all steps is above the one at its best, on the judging part; `nil` if
  /// it diverged.
  package let rise: Difference?

  /// The network after a number of steps; means over the runs, `nil` once one of them diverged.
  package struct Point: Equatable, Sendable {
    /// The number of steps before.
    package let step: Int
    /// The mean loss of the judging part.
    package let judged: Double?
    /// The standard error of that mean over the runs; with one run, over the samples.
    package let standardError: Double?
    /// The mean loss of the choosing part.
    package let chosenBy: Double?
  }

  /// A difference of mean losses, with what chance does to it.
  package struct Difference: Equatable, Sendable {
    /// In the unit of the loss.
    package let mean: Double
    /// Over the runs, which share their batches, and over the judging samples, taken together.
    package let standardError: Double

    /// Whether it is above 0 by more than two standard errors.
    package var isClear: Bool { mean > 2 * standardError }
  }

  /// Whether any run diverged.
  package var isDiverged: Bool { divergedRuns > 0 }
  /// The point where early stopping would end it.
  package var best: Point? { bestPlace.map { curve[$0] } }
  /// The loss before any step.
  package var atOnce: Double? { curve.first?.judged }
  /// The loss after all steps.
  package var atEnd: Double? { curve.last?.judged }
}
