import LinearAlgebra

/// Coordinates Y for changes of the weights, in which a change of length 1 moves the target's
/// preactivations by about 1.
///
///     δW_l = E_lᵀ Y_l F_l      E_l S_l E_lᵀ = I      F_l (G_l + μ diag G_l) F_lᵀ = I
///
/// S_l is the second moment of the layer's inputs and `G_l = E[U_l U_lᵀ]` that of its sensitivity,
/// `U_l = ∂a_target / ∂a_l`. If the two were independent of each other, and the layers too, J would
/// be an isometry; the less they depend, the fewer iterations a solver needs (K-FAC: Martens &
/// Grosse 2015, arXiv:1503.05671). For the target layer alone it is one exactly.
///
/// Directions that S cuts as rounding are no part of the coordinates, as in `bottleneck(of:)`. G
/// shapes the coordinates and cuts nothing, so that an estimate of it will do: only a unit that
/// moves the target for no sample at all is left out.
///
/// All Y_l stand in one column, layer after layer; weights and their gradients are one matrix for
/// each layer up to the target.
struct TangentCoordinates: Sendable {
  /// E of each layer.
  private let inputs: [Whitening]
  /// F of each layer; `nil` for the target, whose F is the identity.
  private let outputs: [Matrix<Double>?]
  /// The shape of each Y_l.
  private let shapes: [(rows: Int, columns: Int)]

  /// μ: measured, between 0.01 and 0.3 the number of iterations hardly depends on it; without it
  /// the rounding of directions that the target hardly sees would be enlarged at will.
  private static let damping = 0.1

  /// - Parameters:
  ///   - inputs: the factored second moment of the inputs of each layer up to the target.
  ///   - sensitivities: G of each layer before the target, outputs × outputs.
  ///   - targetOutputs: the number of the target's units.
  /// - Throws: `LinearAlgebraError` if a number is not finite or the iteration does not converge.
  init(
    inputs: [Whitening], sensitivities: [Matrix<Double>], targetOutputs: Int
  ) throws(LinearAlgebraError) {
    precondition(inputs.count == sensitivities.count + 1, "the target's sensitivity is known")
    self.inputs = inputs
    var outputs: [Matrix<Double>?] = []
    for sensitivity in sensitivities {
      var damped = sensitivity
      for unit in 0..<damped.rows { damped[unit, unit] *= 1 + Self.damping }
      outputs.append(try Whitening(of: damped, rankTolerance: 0).factor)
    }
    outputs.append(nil)
    self.outputs = outputs
    shapes = zip(inputs, outputs).map { ($0.rank, $1?.rows ?? targetOutputs) }
  }

  /// δW of each layer, for the moments' inputs: `Eᵀ Y F`.
  func weightUpdates(_ coordinates: Matrix<Double>) -> [Matrix<Double>] {
    var start = 0
    return shapes.indices.map { layer in
      let (rows, columns) = shapes[layer]
      let numbers = Array(coordinates.storage[start..<(start + rows * columns)])
      start += rows * columns
      let update = inputs[layer].unwhitened(
        Matrix(rows: rows, columns: columns, storage: numbers))
      return outputs[layer].map { update.times($0) } ?? update
    }
  }

  /// The gradient by the coordinates, `E M Fᵀ`, from the gradient M by each layer's weights.
  func gradient(_ gradients: [Matrix<Double>]) -> Matrix<Double> {
    let numbers = shapes.indices.flatMap { layer in
      let whitened = inputs[layer].whitened(gradients[layer])
      return (outputs[layer].map { whitened.timesTransposed($0) } ?? whitened).storage
    }
    return Matrix(rows: numbers.count, columns: 1, storage: numbers)
  }
}
