package import LinearAlgebra
package import Networks

/// The inputs and desired updates of all layers for one block of samples, side by side in one
/// matrix: everything that the moments are made of.
///
///     [B_0 − r_0   V_1   B_1 − r_1   V_2   …   B_{L−1} − r_{L−1}   V_L]
///
/// B_l − r_l are a layer's inputs relative to their reference point, without the 1 of a bias; V_l
/// are the desired updates of its preactivations. The moments of a layer need the products of its
/// inputs with themselves and with the next three groups of columns. These are adjacent, so that
/// one product gives them all, and BLAS copies the inputs once.
package struct LayerColumns<Scalar: BLASScalar>: Sendable {
  /// Where things stand.
  package let layout: LayerColumnLayout
  /// Samples × `layout.width`.
  package private(set) var numbers: Matrix<Scalar>

  /// Columns for the layers of `network`, without any row.
  package init(of network: Network<Scalar>) {
    layout = LayerColumnLayout(of: network)
    numbers = Matrix(rows: 0, columns: layout.width)
  }

  /// Takes what a pass left of a block, its inputs as they stand in it.
  ///
  /// - Parameters:
  ///   - pass: forward and back.
  ///   - references: r of each layer, one number per input.
  ///   - factors: a number that each sample is multiplied by; `nil` for 1.
  package mutating func take(
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
