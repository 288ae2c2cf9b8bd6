package import LinearAlgebra

/// The end of a network, from the preactivations of one layer to the loss.
///
/// It evaluates what a change of that layer's weights, or of the layer before it, does to the loss,
/// without computing the layers below again.
package struct NetworkTail<Scalar: BLASScalar>: Sendable {
  /// The loss of each sample of the last evaluation.
  package private(set) var losses: [Double] = []

  private let objective: Objective<Scalar>
  /// The first stages, then each further layer with its own.
  private let firstStages: [Stage<Scalar>]
  private let layers: ArraySlice<Layer<Scalar>>
  private var outputs: [Matrix<Scalar>]
  private var inputs: [Matrix<Scalar>]

  /// The end of a network.
  ///
  /// - Parameters:
  ///   - network: the whole network.
  ///   - objective: what is asked of it.
  ///   - layer: the layer whose preactivations are given; layers count from 0.
  package init(of network: Network<Scalar>, objective: Objective<Scalar>, fromLayer layer: Int) {
    self.objective = objective
    firstStages = network.layers[layer].stages
    layers = network.layers[(layer + 1)...]
    outputs = network.layers[layer...].map { Matrix(rows: 0, columns: $0.outputs) }
    inputs = layers.map { Matrix(rows: 0, columns: $0.weights.rows) }
  }

  /// How many of the samples of the last evaluation are answered rightly.
  ///
  /// - Parameters:
  ///   - rows: those that count.
  ///   - preactivations: as they were left by `evaluate`.
  ///   - targets: as there.
  ///   - weights: how much each sample counts; `nil` if all count alike.
  /// - Returns: as `Objective.correctCount`.
  package func correctCount(
    of rows: Range<Int>, preactivations: Matrix<Scalar>, targets: Targets<Scalar>,
    weights: [Double]?
  ) -> Double? {
    let chosen = Array(rows)
    return objective.correctCount(
      preactivations: (layers.isEmpty ? preactivations : outputs[layers.count])
        .selectingRows(chosen),
      targets: targets.selecting(chosen),
      weights: weights.map { weights in chosen.map { weights[$0] } })
  }

  /// Computes the losses of samples whose preactivations at the first layer are given.
  ///
  /// - Parameters:
  ///   - preactivations: samples × outputs of that layer; used up.
  ///   - targets: of the same samples.
  package mutating func evaluate(
    preactivations: inout Matrix<Scalar>, targets: Targets<Scalar>
  ) {
    guard !layers.isEmpty else {
      objective.evaluate(preactivations: preactivations, targets: targets, losses: &losses)
      return
    }
    for stage in firstStages { stage.apply(to: &preactivations) }
    let count = preactivations.rows
    for (index, layer) in layers.enumerated() {
      inputs[index].setRowCount(count)
      inputs[index].setAugmented(index == 0 ? preactivations : outputs[index])
      outputs[index + 1].setRowCount(count)
      outputs[index + 1].setProduct(inputs[index], layer.weights)
      guard index < layers.count - 1 else { break }
      for stage in layer.stages { stage.apply(to: &outputs[index + 1]) }
    }
    objective.evaluate(
      preactivations: outputs[layers.count], targets: targets, losses: &losses)
  }
}
