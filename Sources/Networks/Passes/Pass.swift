package import LinearAlgebra

/// One block of samples on its way through a network, forward and back.
///
///     A_l = [B_{l−1} 1] W_l     B_l = stages_l(A_l)     V_L = −∂ℓ/∂A_L     V_l = B_l'ᵀ (V_{l+1} Kᵀ)
///
/// K is the kernel of layer l + 1, W without its bias row; B' acts on each sample, and multiplies each
/// unit by a number unless a normalization couples them. Every block of a diagnosis goes through
/// the same buffers, so a block costs products and no allocation. Layers count from 0 here.
package struct Pass<Scalar: BLASScalar>: Sendable {
  /// The network the samples go through.
  package private(set) var network: Network<Scalar>
  /// The network's objective; `nil` where another program recorded the pass.
  package let objective: Objective<Scalar>?

  /// The input of each layer, `[B 1]`: samples × (inputs + 1); without a bias, `B`.
  package var inputs: [Matrix<Scalar>]
  /// The desired update V of each layer's preactivations, one row per sample, not divided by n.
  package internal(set) var desiredUpdates: [Matrix<Scalar>]
  /// The preactivations of the last layer, samples × outputs.
  package var outputPreactivations: Matrix<Scalar> { outputs[outputs.count - 1] }
  /// The loss of each sample.
  package private(set) var losses: [Double] = []

  /// The samples on their way through the preprocessing, if there is any.
  private var features: Matrix<Scalar>
  /// The preactivations of each layer, then, but for the last layer, its post-activations.
  private var outputs: [Matrix<Scalar>]
  /// ∂B/∂A of each hidden layer.
  private(set) var derivatives: [StageDerivative<Scalar>]

  /// Empty buffers; they grow with the first block.
  package init(network: Network<Scalar>, objective: Objective<Scalar>) {
    self.init(network, objective)
  }

  init(_ network: Network<Scalar>, _ objective: Objective<Scalar>?) {
    self.network = network
    self.objective = objective
    features = Matrix(rows: 0, columns: network.inputCount)
    inputs = network.layers.map { Matrix(rows: 0, columns: $0.weights.rows) }
    outputs = network.layers.map { Matrix(rows: 0, columns: $0.outputs) }
    desiredUpdates = outputs
    derivatives = network.layers.dropLast().map { StageDerivative(of: $0) }
  }

  /// The number of samples of the block.
  package var sampleCount: Int { inputs[0].rows }

  /// Carries a block of samples to the output; of a recording, takes what was recorded there and back.
  ///
  /// - Parameters:
  ///   - samples: samples × features, as they stand in the data.
  ///   - rows: the samples that make the block, in its order; `nil` for all.
  ///   - differentiating: whether `backward` will follow.
  package mutating func forward(
    _ samples: Matrix<Float>, rows: [Int]? = nil, differentiating: Bool
  ) {
    guard objective != nil else { return take(samples, rows: rows) }
    setFirstInputs(samples, rows: rows)
    for (index, layer) in network.layers.enumerated() {
      if index > 0 {
        inputs[index].setRowCount(sampleCount)
        inputs[index].setAugmented(outputs[index - 1])
      }
      outputs[index].setRowCount(sampleCount)
      outputs[index].setProduct(inputs[index], layer.weights)
      guard index < network.layers.count - 1 else { break }
      if differentiating {
        derivatives[index].apply(layer.stages, to: &outputs[index])
      } else {
        for stage in layer.stages { stage.apply(to: &outputs[index]) }
      }
    }
  }

  private mutating func setFirstInputs(_ samples: Matrix<Float>, rows: [Int]?) {
    guard !network.preprocessing.isEmpty else {
      inputs[0].setAugmentedRows(samples, at: rows)
      return
    }
    features.setRowCount(rows?.count ?? samples.rows)
    features.setAugmentedRows(samples, at: rows)
    for stage in network.preprocessing { stage.apply(to: &features) }
    inputs[0].setRowCount(features.rows)
    inputs[0].setAugmented(features)
  }

  /// Multiplies each sample's inputs and desired updates of all layers by a number of its own: with
  /// the roots of the samples' weights, sums of products of two of them are weighted sums, and so is
  /// everything that is linear in both. Activations are not, and go before.
  package mutating func multiplySamples(by factors: [Scalar]) {
    for index in inputs.indices {
      inputs[index].multiplyRows(by: factors)
      // Nothing went back if there is none.
      if desiredUpdates[index].rows == factors.count {
        desiredUpdates[index].multiplyRows(by: factors)
      }
    }
  }

  /// Gives back the memory of all but the layers' inputs, desired updates and losses.
  package mutating func dropIntermediates() {
    features = Matrix(rows: 0, columns: features.columns)
    outputs = outputs.map { Matrix(rows: 0, columns: $0.columns) }
    derivatives = network.layers.dropLast().map { StageDerivative(of: $0) }
  }

  /// Computes the loss of each sample and carries the desired updates back to a layer, the first one if
  /// none is named; does nothing for a recording, which has no losses and whose desired updates are there.
  package mutating func backward(targets: Targets<Scalar>, to first: Int = 0) {
    guard let objective else { return }
    let last = network.layers.count - 1
    desiredUpdates[last].setRowCount(sampleCount)
    objective.evaluate(
      preactivations: outputs[last], targets: targets, losses: &losses,
      desiredUpdates: &desiredUpdates[last])
    network.pullBack(&desiredUpdates, to: first, derivatives: derivatives)
  }

  /// Changes the weights of a layer where they stand, for the blocks to come.
  ///
  /// - Parameters:
  ///   - index: the layer.
  ///   - update: given the weights; must keep their shape.
  package mutating func updateWeights(
    ofLayer index: Int, _ update: (inout Matrix<Scalar>) -> Void
  ) {
    let (rows, outputs) = (inputs[index].columns, outputs[index].columns)
    update(&network.layers[index].weights)
    let weights = network.layers[index].weights
    precondition(
      weights.rows == rows && weights.columns == outputs,
      "\(rows)×\(outputs) weights became \(weights.rows)×\(weights.columns)")
  }

  /// Computes the loss of each sample, without the way back; does nothing for a recording.
  package mutating func evaluate(targets: Targets<Scalar>) {
    objective?.evaluate(
      preactivations: outputPreactivations, targets: targets, losses: &losses)
  }
}
