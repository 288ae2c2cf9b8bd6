import LinearAlgebra
public import Networks

extension Network {
  /// An untrained network: weights normal of variance 2 / inputs, biases zero.
  ///
  /// He et al. 2015 (arXiv:1502.01852), equation 10; Keras calls it `he_normal`, but cuts the tails.
  ///
  /// - Parameters:
  ///   - widths: of the input and of each layer, at least two.
  ///   - hidden: what follows every hidden layer.
  ///   - output: what follows the last layer, if anything.
  ///   - preprocessing: what is done to the features first.
  ///   - seed: decides the weights.
  /// - Returns: a network whose layers are called `dense_1`, `dense_2`, …, each with a bias.
  public static func initialized(
    widths: [Int], hidden: Activation, output: Activation? = nil,
    preprocessing: [Stage<Scalar>] = [], seed: UInt64
  ) -> Network {
    precondition(widths.count > 1, "\(widths.count) widths make no layer")
    var generator = SeededGenerator(seed: seed)
    let layers = (1..<widths.count).map { index in
      let activation = index == widths.count - 1 ? output : hidden
      return Layer<Scalar>(
        name: "dense_\(index)",
        weights: Matrix(
          generator.kaimingWeights(
            inputs: widths[index - 1], outputs: widths[index], hasBias: true)),
        hasBias: true, stages: activation.map { [.activation($0)] } ?? [])
    }
    return Network(inputCount: widths[0], preprocessing: preprocessing, layers: layers)
  }
}

extension SeededGenerator {
  /// Normal numbers of variance 2 / inputs, and a bias row of zeros if there is one.
  mutating func kaimingWeights(inputs: Int, outputs: Int, hasBias: Bool) -> Matrix<Double> {
    let deviation = (2 / Double(inputs)).squareRoot()
    return Matrix(rows: inputs + (hasBias ? 1 : 0), columns: outputs) { row, _ in
      row < inputs ? deviation * normal() : 0
    }
  }
}
