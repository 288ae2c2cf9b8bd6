import LinearAlgebra
import Networks

/// The Gauss–Newton matrix `E[Jᵀ H J]` of the loss by all weights, as a map on changes of the weights:
/// never as a matrix, which would have a row for each weight.
struct GaussNewton<Scalar: BLASScalar>: Sendable {
  /// Samples that went forward, with the derivatives on the way.
  private let pieces: [(block: SampleBlock<Scalar>, pass: Pass<Scalar>)]
  private let objective: Objective<Scalar>
  private let totalWeight: Double
  private let shapes: [(rows: Int, columns: Int)]
  private let workers: Int

  private static var pieceRows: Int { 256 }
  /// The number of samples that gives the largest eigenvalue to a few percent.
  private static var pieceCount: Int { 8 }
  /// Lanczos's iteration settles on the largest eigenvalue first; these are the most steps it takes.
  private static var mostSteps: Int { 40 }
  /// An eigenvalue that changes by less than this share has settled.
  private static var tolerance: Double { 1e-4 }

  /// Sends runs of training rows, evenly spread, through the network; `nil` if there are none.
  init?(
    _ network: Network<Scalar>, objective: Objective<Scalar>, split: SampleSplit, workers: Int
  ) throws {
    let plans = split.blocks(of: Self.pieceRows).filter { !$0.fromValidation }
    let count = min(Self.pieceCount, plans.count)
    var pieces: [(block: SampleBlock<Scalar>, pass: Pass<Scalar>)] = []
    for place in 0..<count {
      var block = SampleBlock<Scalar>(emptyFor: split)
      try split.read(plans[(2 * place + 1) * plans.count / (2 * count)], into: &block)
      let part = block.trainingPart
      // All of a block may be held out or of weight 0.
      guard !part.training.isEmpty else { continue }
      var pass = Pass(network: network, objective: objective)
      try pass.run(part)
      pieces.append((part, pass))
    }
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

  /// `E[Jᵀ H J] δθ`, the weights of all layers one after the other.
  func times(_ change: [Double]) async throws -> [Double] {
    var start = 0
    let updates = shapes.map { shape in
      let numbers = change[start..<start + shape.rows * shape.columns]
      start += shape.rows * shape.columns
      return Matrix<Scalar>(
        rows: shape.rows, columns: shape.columns, storage: numbers.map { Scalar($0) })
    }
    var total: [ProductSum]?
    try await foldConcurrently(
      pieces, workspaces: [Void](repeating: (), count: max(1, min(workers, pieces.count))),
      make: { piece, _ in
        var sums = shapes.map { ProductSum(leftColumns: $0.rows, rightColumns: $0.columns) }
        add(piece.block, piece.pass, updates, to: &sums)
        return sums
      },
      add: { sums in
        guard total != nil else { return total = sums }
        for layer in sums.indices { total?[layer].merge(sums[layer]) }
      })
    let sums = total ?? []
    return sums.flatMap { $0.mean(over: totalWeight).storage }
  }

  private func add(
    _ block: SampleBlock<Scalar>, _ pass: Pass<Scalar>, _ updates: [Matrix<Scalar>],
    to sums: inout [ProductSum]
  ) {
    var rows = shapes.map { Matrix<Scalar>(rows: pass.sampleCount, columns: $0.columns) }
    pass.pushForward(updates, into: &rows)
    let last = rows.count - 1
    var products = objective.hessianProducts(
      preactivations: pass.outputPreactivations, targets: block.targets, directions: rows[last])
    if let weights = block.weights { products.multiplyRows(by: weights) }
    rows[last] = Matrix<Scalar>(products)
    pass.pullBack(&rows)
    var product: [Scalar] = []
    for layer in rows.indices {
      sums[layer].add(
        pass.inputs[layer], rows[layer], rows: 0..<pass.sampleCount, product: &product)
    }
  }

  /// The largest eigenvalue, by Lanczos's iteration: that of the small tridiagonal matrix which the
  /// map is on the space that a random vector and its images span.
  func sharpness() async throws -> Sharpness {
    var random = SeededGenerator(seed: 1)
    var vector = normalized((0..<order).map { _ in random.normal() }).vector
    var previous = [Double](repeating: 0, count: order)
    var (diagonal, off): ([Double], [Double]) = ([], [])
    var largest = 0.0
    for step in 0..<min(Self.mostSteps, order) {
      var image = try await times(vector)
      let projection = zip(image, vector).reduce(0) { $0 + $1.0 * $1.1 }
      diagonal.append(projection)
      for place in image.indices {
        image[place] -= projection * vector[place] + (off.last ?? 0) * previous[place]
      }
      let before = largest
      largest = try largestEigenvalue(diagonal: diagonal, off: off)
      guard step < 3 || abs(largest - before) > Self.tolerance * abs(largest) else { break }
      let next = normalized(image)
      // The space is exhausted.
      guard next.length > 1e-12 * abs(largest) else { break }
      off.append(next.length)
      (previous, vector) = (vector, next.vector)
    }
    return Sharpness(largestEigenvalue: max(0, largest))
  }

  private func normalized(_ numbers: [Double]) -> (vector: [Double], length: Double) {
    let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return (length > 0 ? numbers.map { $0 / length } : numbers, length)
  }

  private func largestEigenvalue(
    diagonal: [Double], off: [Double]
  ) throws(LinearAlgebraError) -> Double {
    let matrix = Matrix<Double>(rows: diagonal.count, columns: diagonal.count) { row, column in
      row == column ? diagonal[row] : abs(row - column) == 1 ? off[min(row, column)] : 0
    }
    return try matrix.symmetricEigen().values.first ?? 0
  }
}
