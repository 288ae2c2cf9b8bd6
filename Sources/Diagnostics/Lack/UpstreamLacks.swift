import LinearAlgebra
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

extension SamplePass {
  /// The same pass in double precision.
  var inDouble: SamplePass<Double> {
    SamplePass<Double>(
      split: split, network: Network(network), objective: givenObjective.map { Objective($0) },
      workers: workers, progress: progress)
  }
}

/// Which layers' lack over all weights up to them is asked for, and how it is found.
struct UpstreamLacks<Scalar: BLASScalar>: Sendable {
  let samplePass: SamplePass<Scalar>
  /// Of each layer's inputs.
  let references: [[Scalar]]
  /// Of the training samples.
  let moments: Moments
  /// Of every layer.
  let bottlenecks: [Bottleneck]
  let options: DiagnosisOptions

  /// How much work it is worth.
  var effort: NetworkLackBudget {
    NetworkLackBudget(
      sampleCount: moments.sampleCount, parameterCount: samplePass.network.parameterCount)
  }

  /// The layers, counted from 0; the lack of the last is that of the whole network.
  private var targets: [Int] {
    guard !samplePass.isRecorded else { return [] }
    let last = samplePass.network.layers.count - 1
    let isWorthIt = options.networkLack ?? (options.seeksNeurons && effort.isSmall)
    return (options.upstreamLack ? Array(0..<last) : []) + (isWorthIt ? [last] : [])
  }

  /// The lacks that are asked for, by layer.
  ///
  /// - Throws: what the source of the samples throws.
  func lacks() async throws -> [Int: NetworkLack] {
    let targets = targets
    guard !targets.isEmpty else { return [:] }
    let limit = options.lackIterationLimit ?? effort.iterationLimit
    let lacks: [NetworkLack]
    if samplePass.isDouble(options), Scalar.self != Double.self {
      // The iterations go where these bottlenecks see something, and in double precision that is more.
      let precise = moments.layers.map { $0.replacingRankTolerance(by: Double.rankTolerance) }
      lacks = try await NetworkLackSolve(
        samplePass: samplePass.inDouble, references: references.map { $0.map { Double($0) } },
        bottlenecks: inParallel(precise) { try bottleneck(of: $0) },
        tolerance: options.lackTolerance, iterationLimit: limit
      ).run(targets: targets)
    } else {
      lacks = try await NetworkLackSolve(
        samplePass: samplePass, references: references, bottlenecks: bottlenecks,
        tolerance: options.lackTolerance, iterationLimit: limit
      ).run(targets: targets)
    }
    return Dictionary(uniqueKeysWithValues: zip(targets, lacks))
  }
}
