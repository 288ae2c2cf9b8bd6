import Growth

/// Loss on unseen samples right after growing, and the best and last of the fine-tuning path.
struct Result {
  /// `nil` for a network that did not grow.
  let trainingAtOnce: Double?
  /// `nil` for a network that did not grow.
  let atOnce: Double?
  let best: Double
  let last: Double
  let trainingLast: Double
}
