/// Between two things that are done again and again.
package enum Interval: Equatable, Sendable, Codable {
  /// A number of optimizer steps, at least one.
  case steps(Int)
  /// So many seconds of training by the caller's clock, in which neither growths nor evaluations
  /// count. What is done by a clock is not the same in another run.
  case seconds(Double)
}
