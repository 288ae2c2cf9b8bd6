import LinearAlgebra
import Networks

extension SamplePass {
  /// This pass with network, samples and sums in double precision.
  var inDouble: SamplePass<Double> {
    SamplePass<Double>(
      diagnosed: diagnosed.inDouble, split: split, workers: workers, progress: progress)
  }
}

/// Computes the lack over all upstream weights (Definition 3.1) for the layers that the options ask
/// for.
struct UpstreamLacks<Scalar: BLASScalar>: Sendable {
  let samplePass: SamplePass<Scalar>
  /// The reference point of each layer's inputs.
  let references: [[Scalar]]
  /// The moments of the training samples.
  let moments: Moments
  /// The bottleneck of every layer.
  let bottlenecks: [Bottleneck]
  /// The number of held-out samples.
  let heldOutCount: Int
  let options: DiagnosisOptions

  /// The work to spend on it.
  var effort: NetworkLackBudget {
    NetworkLackBudget(
      sampleCount: moments.sampleCount, parameterCount: samplePass.network.parameterCount)
  }

  /// The layers, counted from 0; the lack of the last is that of the whole network.
  private var targets: [Int] {
    guard !samplePass.diagnosed.isRecording else { return [] }
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
        bottlenecks: concurrentMap(precise) { try bottleneck(of: $0) },
        tolerance: options.lackTolerance, iterationLimit: limit, judgesHeldOut: heldOutCount > 0
      ).run(targets: targets)
    } else {
      lacks = try await NetworkLackSolve(
        samplePass: samplePass, references: references, bottlenecks: bottlenecks,
        tolerance: options.lackTolerance, iterationLimit: limit, judgesHeldOut: heldOutCount > 0
      ).run(targets: targets)
    }
    return Dictionary(uniqueKeysWithValues: zip(targets, lacks))
  }
}
