package import Diagnostics
import LinearAlgebra
package import Networks

extension Addition {
  /// Units that are zero now and get the largest gradient: GradMax.
  ///
  ///     M = E[b_{l−1} v_{l+1}ᵀ] = Σ_k λ_k u_k w_kᵀ      ω_k = s w_k      α_k = 0
  ///
  /// b without its 1, s the mean norm of the existing units' fan-out. A unit of zero fan-in and
  /// fan-out ω has the gradient `−φ'(0) M ω` by its fan-in; among orthogonal fan-outs of these norms
  /// the leading w_k make its norm largest. Evci et al. 2022 (arXiv:2201.05125); the
  /// matrix without the bias and the norms as in the authors' program.
  ///
  /// The paper wants φ(0) = 0; any other value goes into the next layer's bias, as for all new
  /// units. It also wants a slope at 0, and its authors train with relu'(0) = 1. In Keras and here
  /// it is 0, and a fan-in of zeros would never move. Where back-propagation sees no slope, α_k is
  /// therefore a millionth of `u_k` at the norm of the existing fan-ins: where their first step would
  /// take it, for the sign with which the unit is alive at the mean input (without a bias, whose
  /// moments hold no mean: at inputs that are all the same). The outputs move by as much.
  ///
  /// - Parameters:
  ///   - layer: the hidden layer, counted from 0.
  ///   - count: the number of units, at most the smaller of the layer's inputs and of layer l + 1's
  ///     outputs.
  ///   - network: the network to grow.
  ///   - moments: of the network.
  /// - Returns: the units, largest λ first.
  /// - Throws: `GrowthError` if φ is flat at 0 on both sides, if there are fewer than `count`
  ///   directions, or if a moment is not finite.
  package static func gradmax<Scalar>(
    layer: Int, count: Int, of network: Network<Scalar>, moments: Moments
  ) throws(GrowthError) -> Addition {
    try gradmax(layer: layer, count: count, of: network, moments: moments.layers[layer])
  }

  /// GradMax's neurons from the averages around the layer alone.
  package static func gradmax<Scalar>(
    layer: Int, count: Int, of network: Network<Scalar>, moments around: LayerMoments
  ) throws(GrowthError) -> Addition {
    let (wide, next) = (network.layers[layer], network.layers[layer + 1])
    guard let nextMoments = around.next else {
      preconditionFailure("layer \(layer) is not a hidden layer")
    }
    let limit = min(wide.inputs, next.outputs)
    guard count <= limit else {
      throw .tooManyUnits(layer: wide.name, count: count, limit: limit)
    }
    let function = UnitFunction(stages: wide.stages)
    let movesFromZero = function.backpropagatedSlopeAtZero != 0
    guard movesFromZero || function.rightSlopeAtZero != 0 else {
      throw .noSlopeAtZero(layer: wide.name, activation: function.name)
    }

    // Back from b − r to b: E[b vᵀ] = E[(b − r) vᵀ] + r E[v]ᵀ.
    let centred = nextMoments.crossMoment
    let moment = Matrix<Double>(rows: wide.inputs, columns: next.outputs) { row, column in
      guard around.hasBias else { return centred[row, column] }
      return centred[row, column] + around.reference[row] * centred[wide.inputs, column]
    }
    var directions: SingularValues
    do throws(LinearAlgebraError) {
      // Only where an iteration starts: the result depends on it by rounding alone.
      var generator = SeededGenerator(seed: 0)
      directions = try moment.leadingSingularValues(count, using: &generator)
      // Where it has fewer, any directions orthogonal to them complete them.
      if directions.values.count < count { directions = try moment.singularValues() }
    } catch {
      throw .decomposition(error)
    }

    let fanOutNorm = Matrix<Double>(next.weights).meanNormOfRows(0..<next.inputs)
    let kernel = Matrix<Double>(wide.weights).selectingRows(Array(0..<wide.inputs))
    let fanInNorm = kernel.transposed().meanNormOfRows(0..<wide.outputs)
    let meanInputs = (0..<wide.inputs).map { input in
      around.hasBias ? around.reference[input] + around.secondMoment[input, wide.inputs] : 1
    }
    let signs = (0..<count).map { unit in
      let atMean = meanInputs.indices.reduce(0) {
        $0 + meanInputs[$1] * directions.left[$1, unit]
      }
      return atMean < 0 && !movesFromZero ? -1.0 : 1
    }
    return Addition(
      layer: layer,
      fanIn: Matrix(rows: wide.weights.rows, columns: count) { row, unit in
        guard !movesFromZero && row < wide.inputs else { return 0 }
        return offZero * fanInNorm * signs[unit] * directions.left[row, unit]
      },
      fanOut: Matrix(rows: count, columns: next.outputs) { unit, column in
        fanOutNorm * signs[unit] * directions.right[unit, column]
      })
  }
}

/// How far from zero units start that would not move from there, as a share of the existing fan-in:
/// within the rounding of the outputs. A rectifier's gradient does not depend on it.
private let offZero = 1e-6

extension UnitFunction {
  /// φ'(0) as back-propagation takes it, which at a kink is one of the two slopes, or 0.
  fileprivate var backpropagatedSlopeAtZero: Double {
    var (values, derivatives) = ([0.0], [1.0])
    for activation in activations {
      activation.apply(to: &values, scalingDerivatives: &derivatives)
    }
    return derivatives[0]
  }
}

extension Matrix where Scalar == Double {
  /// The mean of the norms of some rows; 1 if they are all zero, so that it can be a scale.
  fileprivate func meanNormOfRows(_ range: Range<Int>) -> Double {
    let norms = range.map { row in squaredNorm(ofRows: row..<row + 1).squareRoot() }
    let mean = norms.reduce(0, +) / Double(norms.count)
    return mean > 0 ? mean : 1
  }
}
