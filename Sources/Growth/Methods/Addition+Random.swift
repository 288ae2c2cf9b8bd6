import LinearAlgebra
public import Networks

extension Addition {
  /// Units of random fan-in whose fan-out is zero: no output changes, and training decides what
  /// becomes of them.
  ///
  ///     α ~ N(0, 2 / inputs), its bias 0      ω = 0
  ///
  /// He et al. 2015 (arXiv:1502.01852), equation 10.
  ///
  /// - Parameters:
  ///   - layer: the hidden layer, counted from 0.
  ///   - count: the number of units.
  ///   - network: the network to grow.
  ///   - seed: decides the fan-in.
  /// - Returns: an addition without a weight update.
  public static func random<Scalar>(
    layer: Int, count: Int, of network: Network<Scalar>, seed: UInt64
  ) -> Addition {
    let wide = network.layers[layer]
    var generator = SeededGenerator(seed: seed)
    return Addition(
      layer: layer,
      fanIn: generator.kaimingWeights(inputs: wide.inputs, outputs: count, hasBias: wide.hasBias),
      fanOut: Matrix(rows: count, columns: network.layers[layer + 1].outputs))
  }
}
