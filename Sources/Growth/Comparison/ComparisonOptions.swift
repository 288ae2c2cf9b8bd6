public import Diagnostics

/// The ways to compare, and the length of their training.
public struct ComparisonOptions: Sendable {
  /// The steps that every network is trained on for.
  public var length: Length
  /// The number of batch orders; random weights are drawn anew for each.
  public var seeds: Int
  /// The numbers of neurons for layers, counted from 0; empty for those that the diagnosis
  /// suggests.
  public var counts: [Int: Int] = [:]
  /// How neurons are looked for, and by how many workers.
  public var diagnosis: DiagnosisOptions

  /// For how long networks are trained on.
  public enum Length: Equatable, Sendable {
    /// As many steps as say something without taking long, by the sizes alone.
    case usual
    /// So many steps.
    case steps(Int)
    /// As many steps as take about this many seconds in all; the result then depends on the
    /// machine.
    case seconds(Double)
  }

  /// Three batch orders of the usual length, unless told otherwise.
  public init(length: Length = .usual, seeds: Int = 3, diagnosis: DiagnosisOptions) {
    precondition(seeds > 0, "\(seeds) batch orders")
    self.length = length
    self.seeds = seeds
    self.diagnosis = diagnosis
  }
}
