package import LinearAlgebra
package import Diagnostics
package import Networks

/// A batch of samples in memory, sent through a network once for the sake of one hidden layer: the
/// paper's neurons for that layer, and the loss along any step.
///
/// This is what growth on the fly works on (Verbockhaven et al. 2024, arXiv:2405.19816, sections 3.1
/// to 3.3), where `diagnose` would cost more than the training between two growths. Only what
/// concerns layers l and l + 1 is computed, and of fewer samples than inputs no second moment is
/// formed. One thread does the work, so the results follow from the batch to the last bit.
package struct BatchStatistics: Sendable {
  /// The hidden layer l; layers count from 0.
  package let layer: Int
  /// The number of samples.
  package let sampleCount: Int
  /// The mean loss of the network as it is.
  package let loss: Double

  let network: Network<Float>
  let objective: Objective<Float>
  /// Points near the mean of b_{l−1} and of b_l; zeros for a layer without a bias.
  let references: (own: [Float], next: [Float])
  private(set) var pieces: [Piece]

  /// Some of the samples, few enough for a processor's cache.
  struct Piece: Sendable {
    /// `[B_{l−1} 1]` and `[B_l 1]`, relative to their references.
    let inputs: Matrix<Float>
    let nextInputs: Matrix<Float>
    /// V_{l+1}.
    let desiredUpdates: Matrix<Float>
    let targets: Targets<Float>
    /// The loss of each sample for the network as it is.
    let losses: [Double]
  }

  private static let pieceRows = 1024

  /// Sends some samples through a network, forward and back.
  ///
  /// - Parameters:
  ///   - layer: the hidden layer.
  ///   - network: the network as it is.
  ///   - objective: its loss.
  ///   - samples: in memory.
  ///   - rows: those that make the batch, at least one.
  /// - Throws: `DiagnosticsError.lossNotFinite` with the first row whose loss is not finite.
  package init(
    layer: Int, of network: Network<Float>, objective: Objective<Float>, samples: ArraySamples,
    rows: [Int]
  ) throws(DiagnosticsError) {
    precondition(
      network.layers.indices.dropLast().contains(layer), "layer \(layer) is not a hidden layer")
    precondition(!rows.isEmpty, "a batch of no samples")
    self.layer = layer
    self.network = network
    self.objective = objective
    sampleCount = rows.count
    var pieces: [Piece] = []
    var references: (own: [Float], next: [Float])?
    var total = 0.0
    var pass = Pass(network: network, objective: objective)
    for start in stride(from: 0, to: rows.count, by: Self.pieceRows) {
      let chosen = Array(rows[start..<min(start + Self.pieceRows, rows.count)])
      let targets = samples.targets.selecting(chosen)
      pass.forward(samples.inputs, rows: chosen, differentiating: true)
      pass.backward(targets: targets)
      if let row = pass.losses.firstIndex(where: { !$0.isFinite }) {
        throw .lossNotFinite(sampleRow: chosen[row])
      }
      let own = references?.own ?? Self.reference(of: pass, layer)
      let next = references?.next ?? Self.reference(of: pass, layer + 1)
      references = (own, next)
      var (inputs, nextInputs) = (pass.inputs[layer], pass.inputs[layer + 1])
      inputs.subtractFromRows(own)
      nextInputs.subtractFromRows(next)
      total = pass.losses.reduce(total, +)
      pieces.append(
        Piece(
          inputs: inputs, nextInputs: nextInputs, desiredUpdates: pass.desiredUpdates[layer + 1],
          targets: targets, losses: pass.losses))
    }
    self.references = references ?? ([], [])
    self.pieces = pieces
    loss = total / Double(rows.count)
  }

  private static func reference(of pass: Pass<Float>, _ layer: Int) -> [Float] {
    let inputs = pass.network.layers[layer].inputs
    guard pass.network.layers[layer].hasBias else { return [Float](repeating: 0, count: inputs) }
    return Array(pass.inputs[layer].columnMeans(ofRows: 0..<pass.sampleCount).prefix(inputs))
  }
}

// MARK: - The paper's neurons

/// The neurons that a batch suggests for a hidden layer l: δW* of layer l + 1, and the neurons that
/// fit its residual.
package struct BatchNeurons: Sendable {
  /// λ, descending: all of them.
  package let singularValues: [Double]
  /// D = E‖v_{l+1}‖².
  package let desiredUpdate: Double
  /// A, the part of D that δW* follows.
  package let bestUpdate: Double
  /// The neurons and δW*, with γ = γ₀ = 1, for the network's inputs as they are.
  package let addition: Addition
}

extension BatchStatistics {
  /// The paper's neurons: Proposition 3.1 for δW*, Proposition 3.2 for the neurons.
  ///
  ///     P = V_{l+1} − [B_l 1] δW*      N = E[b_{l−1} pᵀ]      E N = Σ_k λ_k u_k w_kᵀ
  ///     α_k = √λ_k Eᵀ u_k              ω_k = √λ_k w_k
  ///
  /// These are the neurons that `sequentialNeurons` finds from the moments of these samples.
  ///
  /// - Parameters:
  ///   - limit: the largest number of neurons; `nil` for all of them.
  ///   - threshold: τ, only neurons of λ² > τ.
  /// - Returns: the neurons, largest λ first.
  /// - Throws: `LinearAlgebraError` if a number is not finite.
  package func neurons(
    limit: Int? = nil, threshold: Double? = nil
  ) throws(LinearAlgebraError) -> BatchNeurons {
    let bottleneck = try bottleneck()
    let whitening = try whitening(of: \.inputs)
    let residual = crossMoment(\.inputs) { residuals(of: $0, after: bottleneck.bestWeightUpdate) }
    let found = try linearNeurons(
      whitened: whitening.whitened(residual), unwhitening: whitening.unwhitened, next: bottleneck,
      rankTolerance: Scalar.rankTolerance, limit: limit ?? .max, wideWidth: .max)
    let strong = found.singularValues.prefix { $0 * $0 > threshold ?? -1 }.count
    let chosen = found.prefix(min(found.count, strong))
    return BatchNeurons(
      singularValues: found.singularValues, desiredUpdate: bottleneck.desiredUpdate,
      bestUpdate: bottleneck.bestUpdate,
      addition: Addition(
        layer: layer,
        fanIn: raw(chosen.fanIn, references.own, hasBias: network.layers[layer].hasBias),
        fanOut: chosen.fanOut,
        weightUpdate: raw(
          chosen.bestWeightUpdate, references.next, hasBias: network.layers[layer + 1].hasBias)))
  }

  /// The averages around the layer that GradMax is made from.
  package var moments: LayerMoments {
    var gram = ProductSum(leftColumns: inputWidth, rightColumns: inputWidth)
    var product: [Scalar] = []
    for piece in pieces {
      gram.addGram(piece.inputs, rows: 0..<piece.inputs.rows, product: &product)
    }
    let next = network.layers[layer + 1]
    return LayerMoments(
      reference: references.own.map(Double.init), hasBias: network.layers[layer].hasBias,
      secondMoment: SymmetricMatrix(gram.takeMean(over: Double(sampleCount))),
      crossMoment: Matrix(rows: inputWidth, columns: 0), desiredUpdate: 0,
      next: LayerMoments.NextMoments(
        successiveMoment: Matrix(rows: inputWidth, columns: next.weights.rows),
        crossMoment: crossMoment(\.inputs) { $0.desiredUpdates }),
      rankTolerance: Scalar.rankTolerance)
  }

  typealias Scalar = Float

  private var inputWidth: Int { network.layers[layer].weights.rows }

  private func bottleneck() throws(LinearAlgebraError) -> Bottleneck {
    let whitening = try whitening(of: \.nextInputs)
    let whitened = whitening.whitened(crossMoment(\.nextInputs) { $0.desiredUpdates })
    let squares = pieces.reduce(0) {
      $0 + $1.desiredUpdates.squaredNorm(ofRows: 0..<$1.desiredUpdates.rows)
    }
    return Bottleneck(
      bestWeightUpdate: whitening.unwhitened(whitened),
      desiredUpdate: squares / Double(sampleCount), bestUpdate: whitened.squaredNorm,
      whitening: whitening)
  }

  /// The factored second moment of some inputs.
  private func whitening(
    of inputs: KeyPath<Piece, Matrix<Scalar>> & Sendable
  ) throws(LinearAlgebraError) -> Whitening {
    let width = pieces[0][keyPath: inputs].columns
    if sampleCount < width {
      return try Whitening(
        ofSamples: Matrix<Double>(
          Matrix<Scalar>(joiningRowsOf: pieces.map { $0[keyPath: inputs] })),
        rankTolerance: Scalar.rankTolerance)
    }
    var gram = ProductSum(leftColumns: width, rightColumns: width)
    var product: [Scalar] = []
    for piece in pieces {
      gram.addGram(piece[keyPath: inputs], rows: 0..<piece.inputs.rows, product: &product)
    }
    return try Whitening(
      of: gram.takeMean(over: Double(sampleCount)), rankTolerance: Scalar.rankTolerance)
  }

  /// `E[b yᵀ]` for something that is asked of each sample.
  private func crossMoment(
    _ inputs: KeyPath<Piece, Matrix<Scalar>> & Sendable, _ asked: (Piece) -> Matrix<Scalar>
  ) -> Matrix<Double> {
    var sum = ProductSum(
      leftColumns: pieces[0][keyPath: inputs].columns,
      rightColumns: network.layers[layer + 1].outputs)
    var product: [Scalar] = []
    for piece in pieces {
      sum.add(
        piece[keyPath: inputs], asked(piece), rows: 0..<piece.inputs.rows, product: &product)
    }
    return sum.takeMean(over: Double(sampleCount))
  }

  /// P, the residual of an update of layer l + 1's weights.
  private func residuals(of piece: Piece, after update: Matrix<Double>) -> Matrix<Scalar> {
    Matrix(residualsOf: piece.desiredUpdates, piece.nextInputs, after: update)
  }

  /// Weights for `(b, 1)` from weights for `(b − r, 1)`.
  private func raw(
    _ weights: Matrix<Double>, _ reference: [Float], hasBias: Bool
  ) -> Matrix<Double> {
    guard hasBias else { return weights }
    return weights.shiftingBias(by: reference.map(Double.init), times: -1)
  }
}
