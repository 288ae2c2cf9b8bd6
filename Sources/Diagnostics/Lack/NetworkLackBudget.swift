import Networks

/// How much work the lack of a whole network is worth.
struct NetworkLackBudget: Equatable {
  /// At most so many iterations: what a fixed amount of work pays for, half a minute of two cores,
  /// but at least as many as tell something, and at most as many as still do. 500 for a small
  /// network, 31 for MNIST's 60 000 samples and half a million weights.
  let iterationLimit: Int
  /// Whether the iterations cost about as much as the rest of a diagnosis.
  let isSmall: Bool
  /// Whether to work in double precision, whatever the precision of the network: where it is cheap.
  ///
  /// A trained network often asks for what only directions can give that J shrinks ten thousand
  /// times, and products in single precision do not show them.
  let isDouble: Bool

  init(sampleCount: Int, parameterCount: Int) {
    // An iteration multiplies each sample with each weight about four times.
    let products = Double(max(1, sampleCount)) * Double(max(1, parameterCount))
    iterationLimit = Int(min(500, max(20, 1e12 / products)))
    isSmall = products <= 2e8
    isDouble = products <= 1e8
  }
}
