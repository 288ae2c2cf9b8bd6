public import LinearAlgebra
public import Networks

/// What is left of a block that went through a network, forward and back: all that moments are made of,
/// side by side in one matrix.
///
///     [B_0 − r_0   V_1   B_1 − r_1   V_2   …   B_{L−1} − r_{L−1}   V_L]
///
/// Of each layer its inputs, without the 1 of a bias and relative to their reference, and the desired
/// updates of its preactivations. What a layer's inputs are multiplied with, themselves and the three
/// that follow, is next to them: one product, for which BLAS copies them once.
public struct LayerColumns<Scalar: BLASScalar>: Sendable {
  /// Where things stand.
  public let layout: LayerColumnLayout
  /// Samples × `layout.width`.
  public private(set) var numbers: Matrix<Scalar>

  /// The trace of no samples.
  public init(of network: Network<Scalar>) {
    layout = LayerColumnLayout(of: network)
    numbers = Matrix(rows: 0, columns: layout.width)
  }

  /// Takes what a pass left of a block, its inputs as they stand in it.
  ///
  /// - Parameters:
  ///   - pass: forward and back.
  ///   - references: r of each layer, one number per input.
  ///   - factors: a number that each sample is multiplied by; `nil` for 1.
  public mutating func take(
    _ pass: Pass<Scalar>, references: [[Scalar]], factors: [Scalar]?
  ) {
    numbers.setRowCount(pass.sampleCount)
    for (layer, reference) in references.enumerated() {
      numbers.setColumns(
        layout.inputs[layer], to: pass.inputs[layer], less: reference, times: factors)
      numbers.setColumns(
        layout.desiredUpdates[layer], to: pass.desiredUpdates[layer], less: [], times: factors)
    }
  }
}
