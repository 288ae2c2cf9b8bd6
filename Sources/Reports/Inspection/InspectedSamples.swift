/// The samples a file carries beside the model.
package enum InspectedSamples: Equatable, Sendable {
  /// So many, in these datasets.
  case usable(count: Int, inputs: String, targets: String, weights: String?)
  /// Some that do not fit the model, and why.
  case unusable(String)
}
