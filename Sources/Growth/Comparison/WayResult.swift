/// What training on makes of one way.
public struct WayResult: Equatable, Sendable {
  /// The way.
  public let way: ComparisonWay
  /// The number of weights and biases of its Dense layers.
  public let parameters: Int
  /// How it went, from before the first step on.
  public let curve: [Point]
  /// How many of the runs diverged.
  public let divergedRuns: Int
  /// The place in `curve` of the lowest loss on the choosing part, where early stopping would end it;
  /// `nil` if there is none.
  public let bestPlace: Int?
  /// By how much the loss of the network as it is, at its own best, is above this one's at its best, on
  /// the judging part; `nil` where one of them diverged at once.
  public let gain: Difference?

  /// The network after so many steps; means over the runs, `nil` once one of them diverged.
  public struct Point: Equatable, Sendable {
    /// The number of steps before.
    public let step: Int
    /// The mean loss of the judging part.
    public let judged: Double?
    /// The standard error of that mean over the runs; with one run, over the samples.
    public let standardError: Double?
    /// The mean loss of the choosing part.
    public let chosenBy: Double?
  }

  /// A difference of mean losses, with what chance does to it.
  public struct Difference: Equatable, Sendable {
    /// In the unit of the loss.
    public let mean: Double
    /// Over the runs, which share their batches, and over the judging samples, taken together.
    public let standardError: Double

    /// Whether it is above 0 by more than two standard errors.
    public var isClear: Bool { mean > 2 * standardError }
  }

  /// Whether any run diverged.
  public var isDiverged: Bool { divergedRuns > 0 }
  /// The point where early stopping would end it.
  public var best: Point? { bestPlace.map { curve[$0] } }
  /// The loss before any step.
  public var atOnce: Double? { curve.first?.judged }
  /// The loss after all steps.
  public var atEnd: Double? { curve.last?.judged }
}
