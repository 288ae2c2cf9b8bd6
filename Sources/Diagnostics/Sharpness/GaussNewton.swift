import LinearAlgebra
import Networks

/// The Gauss–Newton matrix `E[Jᵀ H J]` of the loss by all weights, as a map on changes of the weights:
/// never as a matrix, which would have a row for each weight.
struct GaussNewton<Scalar: BLASScalar>: Sendable {
  /// Samples that went forward, with the derivatives on the way.
  let pieces: [(block: SampleBlock<Scalar>, pass: Pass<Scalar>)]
  private let objective: Objective<Scalar>
  private let totalWeight: Double
  private let shapes: [(rows: Int, columns: Int)]
  private let workers: Int

  private static var pieceRows: Int { 256 }
  /// Two thousand samples give the largest eigenvalue to some percent; half of them, to twice as much.
  private static var pieceCount: Int { 8 }

  /// Sends runs of training rows, evenly spread, through the network; `nil` if there are none.
  init?(
    _ network: Network<Scalar>, objective: Objective<Scalar>, split: SampleSplit, workers: Int
  ) async throws {
    let plans = split.blocks(of: Self.pieceRows).filter { !$0.fromValidation }
    let count = min(Self.pieceCount, plans.count)
    let chosen = (0..<count).map { plans[(2 * $0 + 1) * plans.count / (2 * count)] }
    let pieces = try await concurrentMap(chosen, workers: workers) { plan in
      var block = SampleBlock<Scalar>(emptyFor: split)
      try split.read(plan, into: &block)
      let part = block.trainingPart
      var pass = Pass(network: network, objective: objective)
      // All of a block may be held out or of weight 0.
      // No desired updates are wanted but the last layer's, which come with the losses.
      if !part.training.isEmpty { try pass.run(part, to: network.layers.count - 1) }
      return (block: part, pass: pass)
    }.filter { !$0.block.training.isEmpty }
    guard !pieces.isEmpty else { return nil }
    self.pieces = pieces
    self.objective = objective
    self.workers = workers
    totalWeight = pieces.reduce(0) { sum, piece in
      sum + (piece.block.weights?.reduce(0, +) ?? Double(piece.pass.sampleCount))
    }
    shapes = network.layers.map { ($0.weights.rows, $0.weights.columns) }
  }

  /// The number of weights.
  var order: Int { shapes.reduce(0) { $0 + $1.rows * $1.columns } }

  /// The width of the last layer.
  var outputCount: Int { shapes[shapes.count - 1].columns }

  /// Numbers at the outputs, for each piece of the samples one matrix: samples × outputs.
  typealias Outputs = [Matrix<Scalar>]

  /// Random numbers at the outputs of each sample, independent of each other: no direction is left out.
  func randomOutputs(seed: UInt64) -> Outputs {
    var random = SeededGenerator(seed: seed)
    return pieces.map { piece in
      Matrix<Scalar>(rows: piece.pass.sampleCount, columns: outputCount) { _, _ in
        Scalar(random.normal())
      }
    }
  }

  /// `E[Jᵀ u]`, the weights of all layers one after the other.
  func gradient(of outputs: Outputs) async throws -> [Double] {
    try await gradient { place, rows in rows[rows.count - 1] = outputs[place] }.gradient
  }

  /// `H J δθ` of each sample, times its weight, and `E[Jᵀ H J] δθ`.
  func times(_ change: [Double]) async throws -> (outputs: Outputs, gradient: [Double]) {
    var start = 0
    let updates = shapes.map { shape in
      let count = shape.rows * shape.columns
      defer { start += count }
      return Matrix<Scalar>(
        Matrix<Double>(
          rows: shape.rows, columns: shape.columns, storage: Array(change[start..<start + count])))
    }
    return try await gradient { place, rows in
      let (block, pass) = pieces[place]
      pass.pushForward(updates, into: &rows)
      let last = rows.count - 1
      var products = objective.hessianProducts(
        preactivations: pass.outputPreactivations, targets: block.targets, directions: rows[last])
      if let weights = block.weights { products.multiplyRows(by: weights) }
      rows[last] = Matrix<Scalar>(products)
    }
  }

  /// The numbers u that `fill` sets at the outputs, and `E[Jᵀ u]`.
  ///
  /// - Parameter fill: given the place of a piece and a matrix for each layer, sets the last of these.
  /// - Returns: both.
  /// - Throws: `CancellationError`.
  private func gradient(
    filling fill: @escaping @Sendable (_ piece: Int, _ rows: inout [Matrix<Scalar>]) -> Void
  ) async throws -> (outputs: Outputs, gradient: [Double]) {
    let empty = shapes.map { ProductSum(leftColumns: $0.rows, rightColumns: $0.columns) }
    var total = empty
    var outputs: Outputs = []
    try await foldConcurrently(
      Array(pieces.indices),
      workspaces: [Void](repeating: (), count: max(1, min(workers, pieces.count))),
      make: { place, _ in
        let pass = pieces[place].pass
        var rows = shapes.map { Matrix<Scalar>(rows: pass.sampleCount, columns: $0.columns) }
        fill(place, &rows)
        let outputs = rows[rows.count - 1]
        pass.pullBack(&rows)
        var sums = empty
        var product: [Scalar] = []
        for layer in rows.indices {
          sums[layer].add(
            pass.inputs[layer], rows[layer], rows: 0..<pass.sampleCount, product: &product)
        }
        return (outputs, sums)
      },
      add: { (part: (outputs: Matrix<Scalar>, sums: [ProductSum])) in
        outputs.append(part.outputs)
        for layer in part.sums.indices { total[layer].merge(part.sums[layer]) }
      })
    return (outputs, total.flatMap { $0.mean(over: totalWeight).storage })
  }
}
