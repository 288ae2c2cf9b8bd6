package import LinearAlgebra

/// One batch of samples on its way through a network in training, forward and back.
///
/// Unlike `Pass`, which sees the network at inference, it drops out, normalizes by the batch and adds
/// penalties, as a `TrainingConfiguration` says, and it holds what training changes.
package struct TrainingPass<Scalar: BLASScalar>: Sendable {
  /// The loss of each sample of the last batch, without penalties.
  package private(set) var losses: [Double] = []

  /// The penalties on what leaves the layers in the last batch, summed over its samples.
  package var penalty: Double {
    operations.reduce(0) { $0 + $1.reduce(0) { $0 + $1.penaltySum } }
  }

  private let original: Network<Scalar>
  private let objective: Objective<Scalar>
  private let frozen: [Bool]
  /// Whether anything before the first Dense layer is trained.
  private let trainsPreprocessing: Bool
  /// The kernel and bias of each Dense layer; its inputs `[B 1]`; its outputs, and their desired
  /// updates.
  private var weights: [TrainedVariable<Scalar>]
  private var inputs: [Matrix<Scalar>]
  private var outputs: [Matrix<Scalar>]
  private var updates: [Matrix<Scalar>]
  /// The operations before the first Dense layer, then behind each, up to the objective.
  private var operations: [[any TrainingOperation<Scalar>]]
  /// The samples on their way through the preprocessing.
  private var features: Matrix<Scalar>

  /// The training of a network.
  ///
  /// - Parameters:
  ///   - network: what to start from.
  ///   - loss: what it is trained for.
  ///   - configuration: of this network, or of the one it was grown from.
  /// - Throws: `NetworkError` if the loss cannot follow the last layer.
  package init(
    _ network: Network<Scalar>, loss: Loss, configuration: TrainingConfiguration
  ) throws(NetworkError) {
    original = network
    let last = network.layers.count - 1
    var operations = [
      Self.operations(
        for: network.preprocessing, configuration.preprocessing, width: network.inputCount)
    ]
    for (index, layer) in network.layers.enumerated() {
      operations.append(
        Self.operations(
          for: layer.stages, configuration.training(ofLayer: index).stages, width: layer.outputs))
    }
    // What nothing but the last stages act on is the objective's: a softmax goes into the loss.
    var outputStages: [Stage<Scalar>] = []
    while let operation = operations[last + 1].last {
      guard operation is UnitwiseOperation<Scalar> || operation is OutputOperation<Scalar>,
        let stage = operation.stage
      else { break }
      outputStages.insert(stage, at: 0)
      operations[last + 1].removeLast()
    }
    objective = try Objective(
      loss: loss, outputStages: outputStages, outputs: network.layers[last].outputs)
    self.operations = operations
    trainsPreprocessing = operations[0].contains { $0.hasVariables }
    frozen = network.layers.indices.map { configuration.training(ofLayer: $0).isFrozen }
    weights = network.layers.enumerated().map { index, layer in
      let training = configuration.training(ofLayer: index)
      return TrainedVariable(
        layer.weights,
        parts: [.init(rows: 0..<layer.inputs, penalty: training.kernelPenalty)]
          + (layer.hasBias
            ? [.init(rows: layer.inputs..<layer.inputs + 1, penalty: training.biasPenalty)] : []))
    }
    features = Matrix(rows: 0, columns: network.inputCount)
    inputs = network.layers.map { Matrix(rows: 0, columns: $0.weights.rows) }
    outputs = network.layers.map { Matrix(rows: 0, columns: $0.outputs) }
    updates = outputs
  }

  /// The number of samples of the batch.
  package var sampleCount: Int { inputs[0].rows }

  /// Carries a batch to the loss and back, and puts the sums beside all variables.
  ///
  /// - Parameters:
  ///   - samples: samples × features, as they stand in the data.
  ///   - rows: the samples that make the batch.
  ///   - targets: of all samples.
  ///   - counts: how much each of all samples counts; `nil` if all count alike. The mean loss is
  ///     `Σ count · ℓ / n`, as Keras takes it.
  ///   - generator: decides what is dropped out.
  package mutating func run(
    _ samples: Matrix<Float>, rows: [Int], targets: Targets<Scalar>, counts: [Double]? = nil,
    _ generator: inout SeededGenerator
  ) {
    forward(samples, rows: rows, &generator)
    let last = outputs.count - 1
    updates[last].setRowCount(sampleCount)
    objective.evaluate(
      preactivations: outputs[last], targets: targets.selecting(rows), losses: &losses,
      desiredUpdates: &updates[last])
    if let counts {
      updates[last].multiplyRows(by: rows.map { Scalar(counts[$0]) })
      for (place, row) in rows.enumerated() { losses[place] *= counts[row] }
    }
    backward()
  }

  private mutating func forward(
    _ samples: Matrix<Float>, rows: [Int], _ generator: inout SeededGenerator
  ) {
    if operations[0].isEmpty {
      inputs[0].setAugmentedRows(samples, at: rows)
    } else {
      features.setRowCount(rows.count)
      features.setAugmentedRows(samples, at: rows)
      for index in operations[0].indices { operations[0][index].forward(&features, &generator) }
      inputs[0].setRowCount(rows.count)
      inputs[0].setAugmented(features)
    }
    for layer in weights.indices {
      if layer > 0 {
        inputs[layer].setRowCount(rows.count)
        inputs[layer].setAugmented(outputs[layer - 1])
      }
      outputs[layer].setRowCount(rows.count)
      outputs[layer].setProduct(inputs[layer], weights[layer].values)
      for index in operations[layer + 1].indices {
        operations[layer + 1][index].forward(&outputs[layer], &generator)
      }
    }
  }

  private mutating func backward() {
    for layer in weights.indices.reversed() {
      for index in operations[layer + 1].indices.reversed() {
        operations[layer + 1][index].backward(&updates[layer])
      }
      if !frozen[layer] { weights[layer].sum.setTransposedProduct(inputs[layer], updates[layer]) }
      let inputCount = original.layers[layer].inputs
      if layer > 0 {
        updates[layer - 1].setRowCount(sampleCount)
        updates[layer - 1].setProduct(
          updates[layer], transposed: weights[layer].values, firstRows: inputCount)
      } else if trainsPreprocessing {
        features.setProduct(updates[0], transposed: weights[0].values, firstRows: inputCount)
        for index in operations[0].indices.reversed() {
          operations[0][index].backward(&features)
        }
      }
    }
  }

  /// Calls a function on each variable that is trained, always in the same order.
  package mutating func updateVariables(_ body: (inout TrainedVariable<Scalar>) -> Void) {
    for index in operations[0].indices { operations[0][index].updateVariables(body) }
    for layer in weights.indices {
      if !frozen[layer] { body(&weights[layer]) }
      for index in operations[layer + 1].indices {
        operations[layer + 1][index].updateVariables(body)
      }
    }
  }

  /// The network as it is now, at inference.
  package var network: Network<Scalar> {
    let last = original.layers.count - 1
    return Network(
      inputCount: original.inputCount, preprocessing: operations[0].compactMap { $0.stage },
      layers: original.layers.enumerated().map { index, layer in
        Layer(
          name: layer.name, weights: weights[index].values, hasBias: layer.hasBias,
          stages: operations[index + 1].compactMap { $0.stage }
            + (index == last ? objective.stages : []))
      })
  }
}
