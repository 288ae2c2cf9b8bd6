import LinearAlgebra
import Networks

/// What a sketch of the samples looks like around a hidden layer l and the layer after it.
struct LayerSketch<Scalar: BLASScalar>: Sendable {
  /// [B_{l−1} 1], relative to its reference.
  let inputs: Matrix<Scalar>
  /// [B_l 1], relative to its reference.
  let nextInputs: Matrix<Scalar>
  /// V_{l+1}.
  let desiredUpdates: Matrix<Scalar>

  /// - Parameters:
  ///   - sketch: some samples.
  ///   - layer: the hidden layer that would grow.
  init(_ sketch: Sketch<Scalar>, layer: Int) {
    inputs = Matrix(joiningRowsOf: sketch.pieces.map { $0.pass.inputs[layer] })
    nextInputs = Matrix(joiningRowsOf: sketch.pieces.map { $0.pass.inputs[layer + 1] })
    desiredUpdates = Matrix(joiningRowsOf: sketch.pieces.map { $0.pass.desiredUpdates[layer + 1] })
  }

  /// S_l and M_{l+1}.
  var updateMoments: UpdateMoments {
    var product: [Scalar] = []
    let rows = 0..<inputs.rows
    var gram = ProductSum(leftColumns: nextInputs.columns, rightColumns: nextInputs.columns)
    gram.addGram(nextInputs, rows: rows, product: &product)
    var cross = ProductSum(
      leftColumns: nextInputs.columns, rightColumns: desiredUpdates.columns)
    cross.add(nextInputs, desiredUpdates, rows: rows, product: &product)
    return UpdateMoments(
      secondMoment: gram.symmetricMean(over: rows.count), crossMoment: cross.mean(over: rows.count),
      desiredUpdate: desiredUpdates.squaredNorm(ofRows: rows) / Double(rows.count))
  }

  /// The bottleneck at layer l + 1 on the sketch alone: features are orthogonal to the inputs of the
  /// samples they are measured on.
  ///
  /// - Throws: `LinearAlgebraError` if the sketch holds a number that is not finite.
  func bottleneck(rankTolerance: Double) throws(LinearAlgebraError) -> Bottleneck {
    let moments = updateMoments
    let whitening = try Whitening(of: moments.secondMoment, rankTolerance: rankTolerance)
    let whitened = whitening.whitened(moments.crossMoment)
    return Bottleneck(
      bestWeightUpdate: whitening.unwhitened(whitened),
      desiredUpdate: moments.desiredUpdate, bestUpdate: whitened.squaredNorm, whitening: whitening)
  }

  /// The averages around the features of some fan-ins.
  func featureMoments(of fanIn: Matrix<Double>, _ function: UnitFunction) -> FeatureMoments {
    var features = Matrix<Scalar>(rows: inputs.rows, columns: fanIn.columns)
    features.setProduct(inputs, Matrix<Scalar>(fanIn))
    function.apply(to: &features.storage)
    features.subtractFromRows(
      [Scalar](repeating: Scalar(function.valueAtZero), count: fanIn.columns))
    return FeatureMoments(
      features: features, nextInputs: nextInputs, desiredUpdates: desiredUpdates)
  }

  /// P, what an update of layer l + 1's weights leaves over.
  func residuals(after weightUpdate: Matrix<Double>) -> Matrix<Scalar> {
    var residuals = Matrix<Scalar>(rows: inputs.rows, columns: desiredUpdates.columns)
    residuals.setProduct(nextInputs, Matrix<Scalar>(-1 * weightUpdate))
    residuals.add(desiredUpdates)
    return residuals
  }
}
