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
  /// The lack of expressivity of some layers over all weights up to them, with the effort that it
  /// is worth.
  func networkLacks(
    of layers: [Int], references: [[Scalar]], bottlenecks: [Bottleneck], sampleCount: Int,
    options: DiagnosisOptions
  ) async throws -> [NetworkLack] {
    guard !layers.isEmpty else { return [] }
    let effort = LackEffort(
      sampleCount: sampleCount, parameterCount: network.parameterCount)
    let limit = options.lackIterationLimit ?? effort.iterationLimit
    guard effort.isDouble, Scalar.self != Double.self else {
      return try await NetworkLackSolve(
        stream: self, references: references, bottlenecks: bottlenecks,
        tolerance: options.lackTolerance, iterationLimit: limit
      ).run(targets: layers)
    }
    let stream = Stream<Double>(
      split: split, network: Network(network), objective: Objective(objective), workers: workers,
      progress: progress)
    let references = references.map { $0.map { Double($0) } }
    let sums = try await stream.collect(
      "moments", from: DiagnosisSums(network: stream.network, references: references))
    let moments = sums.training.moments()?.layers ?? []
    return try await NetworkLackSolve(
      stream: stream, references: references,
      bottlenecks: inParallel(moments) { try bottleneck(of: $0) },
      tolerance: options.lackTolerance, iterationLimit: limit
    ).run(targets: layers)
  }
}
