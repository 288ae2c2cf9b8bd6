/// How an axis runs.
package enum Scale: Equatable, Sendable {
  /// Equal steps are equal differences.
  case linear
  /// Equal steps are equal ratios; only positive numbers have a place.
  case logarithmic
}
