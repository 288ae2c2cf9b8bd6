import LinearAlgebra
package import Diagnostics
package import Networks

/// The loss of a batch along a weight update of layer l + 1 and neurons of layer l.
///
///     A_{l+1}(γ₀, γ) = [B_l 1] (W + γ₀ δW) + (φ([B_{l−1} 1] s α) − φ(0)) t ω
///
/// s = 1, t = γ, or s = t = √γ. This is the network that `Network.grown(by:amplitudes:form:)` makes, without
/// making it: what does not depend on the amplitudes is computed once.
package struct BatchLossLine {
  /// γ₀ and γ, found by `search`; 0 where one does not lower the loss.
  package private(set) var amplitudes = Amplitudes.zero
  /// The mean loss of the batch as the network is.
  package private(set) var startLoss: Double
  /// Whether it is not all that there is to gain.
  private let lossMayBeNegative: Bool
  /// The mean loss at γ₀ without neurons.
  package private(set) var updateLoss: Double
  /// The mean loss at γ₀ and γ.
  package private(set) var loss: Double

  /// `E⟨v, δWᵀ b_l⟩`, the exact rate at which the loss falls along γ₀, from the network as it is.
  package private(set) var updateSlope = 0.0
  /// The exact rate along γ: `E⟨v, ωᵀ φ'(0±) αᵀ b⟩`, or `E⟨v, ωᵀ (φ(αᵀ b) − φ(0))⟩` where γ
  /// multiplies ω alone.
  package private(set) var slope = 0.0

  private let form: AmplitudeForm
  private let function: UnitFunction
  private let fanOut: Matrix<Float>
  private let isUpdating: Bool
  private let sampleCount: Int
  private var tail: NetworkTail<Float>
  private var pieces: [Piece]

  private struct Piece {
    let targets: Targets<Float>
    let base: Matrix<Float>
    let update: Matrix<Float>
    /// `[B 1] α`.
    let drives: Matrix<Float>
    var features: Matrix<Float>
    var change: Matrix<Float>
    var preactivations: Matrix<Float>
  }

  /// - Parameters:
  ///   - addition: neurons and weight update, for inputs as they are; there may be no neuron.
  ///   - form: what γ multiplies.
  ///   - statistics: the batch.
  package init(along addition: Addition, form: AmplitudeForm, of statistics: BatchStatistics) {
    self.form = form
    let network = statistics.network
    let (layer, next) = (network.layers[statistics.layer], network.layers[statistics.layer + 1])
    function = UnitFunction(stages: layer.stages)
    fanOut = Matrix<Float>(addition.fanOut)
    let weightUpdate =
      addition.weightUpdate ?? Matrix(rows: next.weights.rows, columns: next.outputs)
    isUpdating = weightUpdate.storage.contains { $0 != 0 }
    sampleCount = statistics.sampleCount
    startLoss = statistics.loss
    lossMayBeNegative = statistics.objective.loss.mayBeNegative
    updateLoss = startLoss
    loss = startLoss
    tail = NetworkTail(
      of: network, objective: statistics.objective, fromLayer: statistics.layer + 1)
    func relative(
      _ weights: Matrix<Double>, _ reference: [Float], _ hasBias: Bool
    ) -> Matrix<Float> {
      Matrix<Float>(
        hasBias ? weights.shiftingBias(by: reference.map(Double.init), times: 1) : weights)
    }
    let references = statistics.references
    let own = relative(Matrix<Double>(next.weights), references.next, next.hasBias)
    let change = relative(weightUpdate, references.next, next.hasBias)
    let fanIn = relative(addition.fanIn, references.own, layer.hasBias)
    pieces = statistics.pieces.map { piece in
      let rows = piece.inputs.rows
      var base = Matrix<Float>(rows: rows, columns: next.outputs)
      var update = base
      var drives = Matrix<Float>(rows: rows, columns: fanIn.columns)
      base.setProduct(piece.nextInputs, own)
      update.setProduct(piece.nextInputs, change)
      if fanIn.columns > 0 { drives.setProduct(piece.inputs, fanIn) }
      return Piece(
        targets: piece.targets, base: base, update: update, drives: drives,
        features: drives, change: Matrix(rows: rows, columns: next.outputs), preactivations: base)
    }
    for (index, piece) in statistics.pieces.enumerated() {
      updateSlope += pieces[index].update.sumOfProducts(with: piece.desiredUpdates)
      guard fanOut.rows > 0 else { continue }
      setInitialFeatures(index)
      pieces[index].change.setProduct(pieces[index].features, fanOut)
      slope += pieces[index].change.sumOfProducts(with: piece.desiredUpdates)
    }
    updateSlope /= Double(sampleCount)
    slope /= Double(sampleCount)
    // By the same sums as further along: the last bits of the batch's own loss are of others.
    startLoss = meanLoss(at: .zero)
    updateLoss = startLoss
    loss = startLoss
  }

  /// The derivative of the neurons' contribution with respect to γ at γ = 0.
  private mutating func setInitialFeatures(_ index: Int) {
    guard form == .bothSides else { return setFeatures(index, root: 1) }
    let (left, right) = (Float(function.leftSlopeAtZero), Float(function.rightSlopeAtZero))
    let drives = pieces[index].drives.storage
    for place in drives.indices {
      pieces[index].features.storage[place] = drives[place] * (drives[place] > 0 ? right : left)
    }
  }

  /// `φ(s αᵀ b) − φ(0)`.
  private mutating func setFeatures(_ index: Int, root: Double) {
    pieces[index].features.set(pieces[index].drives, times: Float(root))
    function.apply(to: &pieces[index].features.storage)
    if function.valueAtZero != 0 {
      pieces[index].features.subtractFromRows(
        [Float](repeating: Float(function.valueAtZero), count: fanOut.rows))
    }
  }

  /// Finds γ₀ for the weight update, then γ for the neurons beside it: equations 6 and 7 of the
  /// paper.
  package mutating func search() {
    if isUpdating {
      let found = LineSearch(from: startLoss) {
        meanLoss(at: Amplitudes(update: $0, neurons: 0))
      }
      (amplitudes.update, updateLoss) = (found.amplitude, found.loss)
      loss = updateLoss
    }
    if fanOut.rows > 0 {
      let found = LineSearch(from: updateLoss) {
        meanLoss(at: Amplitudes(update: amplitudes.update, neurons: $0))
      }
      (amplitudes.neurons, loss) = (found.amplitude, found.loss)
    }
  }

  /// The fall of the loss at given amplitudes, from the exact slope and the loss on the first half of
  /// the way; `nil` where they say nothing, as of a step of no length.
  package mutating func predictedGain(at amplitudes: Amplitudes) -> Double? {
    let gains = GainPrediction.shares.map { startLoss - meanLoss(at: $0 * amplitudes) }
    return GainPrediction.gain(
      slope: amplitudes.update * updateSlope + amplitudes.neurons * slope, gains: gains,
      atMost: lossMayBeNegative ? .infinity : startLoss)
  }

  /// The fall of the loss from one pair of amplitudes to another, sample by sample; for a batch that the
  /// step was not found on.
  ///
  /// - Returns: `nil` over a single sample.
  package mutating func pairedGain(
    from start: Amplitudes, to end: Amplitudes
  ) -> PairedGain? {
    var sums = StepSums()
    for index in pieces.indices {
      evaluate(index, start)
      let before = tail.losses
      evaluate(index, end)
      sums.add(losses: tail.losses, before: before)
    }
    return sums.result(trainingWeight: 0).heldOut
  }

  /// The mean loss at given amplitudes.
  package mutating func meanLoss(at amplitudes: Amplitudes) -> Double {
    var sum = 0.0
    for index in pieces.indices {
      evaluate(index, amplitudes)
      sum = tail.losses.reduce(sum, +)
    }
    return sum / Double(sampleCount)
  }

  private mutating func evaluate(_ index: Int, _ amplitudes: Amplitudes) {
    let amplitude = amplitudes.neurons
    if amplitude != 0 {
      let root = form == .bothSides ? amplitude.magnitude.squareRoot() : 1
      setFeatures(index, root: root)
      pieces[index].change.setProduct(pieces[index].features, fanOut)
      pieces[index].preactivations.setSum(
        pieces[index].base, pieces[index].update, factor: Float(amplitudes.update),
        pieces[index].change, factor: Float(amplitude / root))
    } else {
      pieces[index].preactivations.setSum(
        pieces[index].base, pieces[index].update, factor: Float(amplitudes.update),
        pieces[index].update, factor: 0)
    }
    tail.evaluate(
      preactivations: &pieces[index].preactivations, targets: pieces[index].targets)
  }
}

extension Matrix where Scalar == Float {
  /// `⟨A, B⟩`, summed in double precision.
  fileprivate func sumOfProducts(with other: Matrix) -> Double {
    var sum = 0.0
    for place in storage.indices { sum += Double(storage[place]) * Double(other.storage[place]) }
    return sum
  }
}
