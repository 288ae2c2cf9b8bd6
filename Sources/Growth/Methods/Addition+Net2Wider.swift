import LinearAlgebra
public import Networks

extension Addition {
  /// Copies of units drawn at random, each sharing its original's fan-out: Net2WiderNet, which
  /// changes no output.
  ///
  ///     α_k = W_l[:, g(k)]      ω_k = K[g(k), :] / r      K[g(k), :] ← K[g(k), :] / r
  ///
  /// with K the kernel of layer l + 1 and r the number of units that are now g(k). Drawn with
  /// replacement. Chen et al. 2016 (arXiv:1511.05641).
  ///
  /// Without noise, copies get the same gradient as their original and, trained without dropout,
  /// stay copies for ever; the paper adds a little noise for that case.
  ///
  /// - Parameters:
  ///   - layer: the hidden layer, counted from 0.
  ///   - count: the number of copies.
  ///   - network: the network to grow.
  ///   - noise: standard deviation of what is added to a copy's fan-in, as a share of the
  ///     original's root mean square; the outputs change accordingly.
  ///   - seed: decides which units, and the noise.
  /// - Returns: an addition that keeps the outputs, without noise, at any amplitude of
  ///   `AmplitudeForm.fanOut` that is the same for units and weight update.
  public static func net2wider<Scalar>(
    layer: Int, count: Int, of network: Network<Scalar>, noise: Double = 0, seed: UInt64
  ) -> Addition {
    let (weights, next) = (network.layers[layer].weights, network.layers[layer + 1])
    var generator = SeededGenerator(seed: seed)
    let originals = (0..<count).map { _ in Int.random(in: 0..<weights.columns, using: &generator) }
    let shares = originals.reduce(into: [Int](repeating: 1, count: weights.columns)) {
      $0[$1] += 1
    }.map { Double($0) }
    var fanIn = Matrix<Double>(rows: weights.rows, columns: count) {
      Double(weights[$0, originals[$1]])
    }
    if noise != 0 {
      for unit in 0..<count {
        let column = fanIn.column(unit)
        let meanSquare = column.reduce(0) { $0 + $1 * $1 } / Double(column.count)
        for row in 0..<fanIn.rows {
          fanIn[row, unit] += noise * meanSquare.squareRoot() * generator.normal()
        }
      }
    }
    return Addition(
      layer: layer, fanIn: fanIn,
      fanOut: Matrix(rows: count, columns: next.outputs) { unit, column in
        Double(next.weights[originals[unit], column]) / shares[originals[unit]]
      },
      weightUpdate: Matrix(rows: next.weights.rows, columns: next.outputs) { row, column in
        guard row < next.inputs else { return 0 }
        let weight = Double(next.weights[row, column])
        return weight / shares[row] - weight
      }, copiedUnits: originals)
  }
}
