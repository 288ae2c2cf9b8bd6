import LinearAlgebra
import Networks

/// How much work the lack of a whole network is worth.
struct LackEffort: Equatable {
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

extension Stream {
  /// The same pass in double precision.
  var inDouble: Stream<Double> {
    Stream<Double>(
      split: split, network: Network(network), objective: givenObjective.map { Objective($0) },
      workers: workers, progress: progress)
  }

  /// The lack of expressivity of some layers over all weights up to them, with the effort that it
  /// is worth.
  ///
  /// - Parameters:
  ///   - layers: counted from 0.
  ///   - references: of each layer's inputs.
  ///   - moments: of the training samples.
  ///   - bottlenecks: of every layer.
  ///   - isDouble: whether the moments were collected in double precision.
  ///   - options: how far to go.
  /// - Returns: one lack for each of the layers.
  /// - Throws: what the source of the samples throws.
  func networkLacks(
    of layers: [Int], references: [[Scalar]], moments: Moments, bottlenecks: [Bottleneck],
    isDouble: Bool, options: DiagnosisOptions
  ) async throws -> [NetworkLack] {
    guard !layers.isEmpty else { return [] }
    let effort = LackEffort(
      sampleCount: moments.sampleCount, parameterCount: network.parameterCount)
    let limit = options.lackIterationLimit ?? effort.iterationLimit
    guard isDouble, Scalar.self != Double.self else {
      return try await NetworkLackSolve(
        stream: self, references: references, bottlenecks: bottlenecks,
        tolerance: options.lackTolerance, iterationLimit: limit
      ).run(targets: layers)
    }
    // The iterations go where these bottlenecks see something, and in double precision that is more.
    let precise = moments.layers.map { $0.replacingRankTolerance(by: Double.rankTolerance) }
    return try await NetworkLackSolve(
      stream: inDouble, references: references.map { $0.map { Double($0) } },
      bottlenecks: inParallel(precise) { try bottleneck(of: $0) },
      tolerance: options.lackTolerance, iterationLimit: limit
    ).run(targets: layers)
  }
}
