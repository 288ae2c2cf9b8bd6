import Networks

/// The work to spend on the lack of the whole network.
struct NetworkLackBudget: Equatable {
  /// The largest number of iterations: as many as half a minute of two cores pays for, within the
  /// bounds where an iteration still tells something. 500 for a small network, 31 for MNIST's 60
  /// 000 samples and half a million weights.
  let iterationLimit: Int
  /// Whether all iterations together cost no more than about the rest of a diagnosis.
  let isSmall: Bool
  /// Whether to work in double precision, whatever the precision of the network: where it is cheap.
  ///
  /// In a trained network, much of the desired update lies along directions that J shrinks ten
  /// thousand times. Products in single precision do not resolve them.
  let isDouble: Bool

  init(sampleCount: Int, parameterCount: Int) {
    // An iteration multiplies each sample with each weight about four times.
    let products = Double(max(1, sampleCount)) * Double(max(1, parameterCount))
    iterationLimit = Int(min(500, max(20, 1e12 / products)))
    isSmall = products <= 2e8
    isDouble = products <= 1e8
  }
}
