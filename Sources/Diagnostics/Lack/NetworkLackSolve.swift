import LinearAlgebra
import Networks

/// Finds the lack of expressivity of some layers over all the weights up to them.
///
/// Conjugate gradients on products with J and Jᵀ, all targets side by side in the same passes. A
/// pass costs three to four times a forward pass, and a quarter less where what the samples leave on
/// their way through the network can be kept; memory does not depend on the number of samples.
struct NetworkLackSolve<Scalar: BLASScalar>: Sendable {
  let samplePass: SamplePass<Scalar>
  let references: [[Scalar]]
  /// The bottleneck of each layer on the training samples.
  let bottlenecks: [Bottleneck]
  /// Where an estimated error below this share of D ends the iterations.
  let tolerance: Double
  let iterationLimit: Int
  /// Passes over the samples are kept in memory if they take no more than this.
  var keptBytes = 32 << 20
  /// Whether what is found is judged on held-out samples, in a pass of its own.
  var judgesHeldOut = false

  /// One target layer, on the way.
  private struct Target {
    let layer: Int
    let coordinates: TangentCoordinates
    var solver: ConjugateGradients
  }

  /// The lack of each target layer, in the order of `layers`.
  ///
  /// Iterations start from the target layer's own best weight update, so that the lack is at most
  /// the layer's own however few they are.
  func run(targets layers: [Int]) async throws -> [NetworkLack] {
    guard !layers.isEmpty else { return [] }
    let kept = try await samplePass.trainingPasses(references: references, within: keptBytes)
    let sensitivities = try await sums(
      SensitivitySums(targets: layers, network: samplePass.network, references: references),
      over: kept, "sensitivities"
    ).sensitivities
    let start = try await averages(of: layers.map(startingPoint), .residual, kept, "tangent space")
    var targets = try layers.indices.map { index in
      let layer = layers[index]
      let coordinates = try TangentCoordinates(
        inputs: bottlenecks[...layer].map(\.whitening), sensitivities: sensitivities[index],
        targetOutputs: samplePass.network.layers[layer].outputs)
      return Target(
        layer: layer, coordinates: coordinates,
        solver: ConjugateGradients(
          gradient: coordinates.gradient(start[index].gradients),
          meanSquare: start[index].squaredNorm, rounding: Double(Scalar.ulpOfOne)))
    }
    for iteration in stride(from: 1, through: iterationLimit, by: 1) {
      let active = targets.indices.filter { !isDone(targets[$0]) }
      guard !active.isEmpty else { break }
      let products = try await averages(
        of: active.map { targets[$0].coordinates.weightUpdates(targets[$0].solver.direction) },
        .tangent, kept, "tangent space, iteration \(iteration)")
      for (index, product) in zip(active, products) {
        targets[index].solver.step(
          squaredNorm: product.squaredNorm,
          change: targets[index].coordinates.gradient(product.gradients))
      }
    }
    let updates = targets.map { target in
      zip(
        startingPoint(of: target.layer), target.coordinates.weightUpdates(target.solver.solution)
      ).map { $0 + $1 }
    }
    let end = try await averages(of: updates, .residual, kept, "tangent space")
    var lacks = zip(targets, end).map { lack(of: $0, meanSquare: $1.squaredNorm) }
    guard judgesHeldOut else { return lacks }
    let heldOut = try await heldOutLacks(after: updates)
    for index in lacks.indices { lacks[index].heldOut = heldOut[index] }
    return lacks
  }

  /// What each change of the weights leaves of what the held-out samples ask.
  private func heldOutLacks(
    after updates: [[Matrix<Double>]]
  ) async throws -> [NetworkLack.HeldOut] {
    let none = updates.map { $0.map { Matrix<Double>(rows: $0.rows, columns: $0.columns) } }
    let averages = try await samplePass.collect(
      "tangent space, held out",
      from: TangentSums(
        updates + none, kind: .residual, references: references, isOfHeldOut: true)
    ).averages
    return updates.indices.map { index in
      NetworkLack.HeldOut(
        left: averages[index].squaredNorm, asked: averages[updates.count + index].squaredNorm)
    }
  }

  /// No change, but for the target's own best one.
  private func startingPoint(of target: Int) -> [Matrix<Double>] {
    (0...target).map { layer in
      let update = bottlenecks[layer].bestWeightUpdate
      return layer == target ? update : Matrix(rows: update.rows, columns: update.columns)
    }
  }

  private func averages(
    of weightUpdates: [[Matrix<Double>]], _ kind: TangentSums<Scalar>.Rows,
    _ kept: SampleSubset<Scalar>?, _ phase: String
  ) async throws -> [(squaredNorm: Double, gradients: [Matrix<Double>])] {
    try await sums(
      TangentSums(weightUpdates, kind: kind, references: references), over: kept, phase
    ).averages
  }

  /// Sums over the training samples, from what was kept of them if it was.
  private func sums<Sums: BlockSums<Scalar> & PassSums<Scalar>>(
    _ empty: Sums, over kept: SampleSubset<Scalar>?, _ phase: String
  ) async throws -> Sums {
    guard let kept else { return try await samplePass.collect(phase, from: empty) }
    defer { samplePass.progress?(phase, 1) }
    return try await kept.collect(
      from: empty, workers: samplePass.workers, among: samplePass.split.processes)
  }

  private func isDone(_ target: Target) -> Bool {
    target.solver.isExhausted
      || target.solver.remainingDecrease <= tolerance * bottlenecks[target.layer].desiredUpdate
  }

  private func lack(of target: Target, meanSquare: Double) -> NetworkLack {
    let own = bottlenecks[target.layer]
    let desired = own.desiredUpdate
    // The difference between what the steps say and what is found is what rounding has spoiled.
    let error =
      target.solver.remainingDecrease + (meanSquare - target.solver.meanSquare).magnitude
    return NetworkLack(
      desiredUpdate: desired, lackOfExpressivity: min(meanSquare, own.lackOfExpressivity),
      iterations: target.solver.decreases.count,
      relativeLackError: desired > 0 ? min(1, error / desired) : 0)
  }
}
