package import LinearAlgebra
import Networks

/// A subset of the samples as seen around a hidden layer l and the layer after it.
struct LayerSubset<Scalar: BLASScalar>: Sendable {
  /// [B_{l−1} 1], relative to its reference.
  let inputs: Matrix<Scalar>
  /// [B_l 1], relative to its reference, each row times √w.
  let nextInputs: Matrix<Scalar>
  /// V_{l+1}, each row times √w.
  let desiredUpdates: Matrix<Scalar>
  /// √w of each sample, by which what is computed of `inputs` must be multiplied, too, before it
  /// meets the others; `nil` if all count alike.
  let weightRoots: [Scalar]?
  /// Σ w.
  let totalWeight: Double

  /// - Parameters:
  ///   - subset: some samples.
  ///   - layer: the hidden layer that would grow.
  ///   - weightUpdate: an update of layer l + 1's weights that is made in any case, where there are too
  ///     few samples to find one: then V_{l+1} is the residual, and of B_l only the constant 1
  ///     stays, if the layer has one.
  init(_ subset: SampleSubset<Scalar>, layer: Int, after weightUpdate: Matrix<Double>? = nil) {
    inputs = Matrix(joiningRowsOf: subset.pieces.map { $0.pass.inputs[layer] })
    var nextInputs = Matrix(joiningRowsOf: subset.pieces.map { $0.pass.inputs[layer + 1] })
    var desiredUpdates = Matrix(
      joiningRowsOf: subset.pieces.map { $0.pass.desiredUpdates[layer + 1] })
    if let weights = subset.weights {
      let roots = weights.map { Scalar($0.squareRoot()) }
      nextInputs.multiplyRows(by: roots)
      desiredUpdates.multiplyRows(by: roots)
      weightRoots = roots
      totalWeight = weights.reduce(0, +)
    } else {
      weightRoots = nil
      totalWeight = Double(inputs.rows)
    }
    if let weightUpdate {
      self.desiredUpdates = Matrix(residualsOf: desiredUpdates, nextInputs, after: weightUpdate)
      let hasBias = subset.pieces.first?.pass.network.layers[layer + 1].hasBias ?? false
      self.nextInputs = Matrix(rows: nextInputs.rows, columns: 1) { row, _ in
        hasBias ? nextInputs[row, nextInputs.columns - 1] : 0
      }
    } else {
      self.nextInputs = nextInputs
      self.desiredUpdates = desiredUpdates
    }
  }

  /// Makes what was computed of `inputs` fit the other matrices.
  func weigh(_ numbers: inout Matrix<Scalar>) {
    if let weightRoots { numbers.multiplyRows(by: weightRoots) }
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
      secondMoment: SymmetricMatrix(gram.takeMean(over: totalWeight)),
      crossMoment: cross.mean(over: totalWeight),
      desiredUpdate: desiredUpdates.squaredNorm(ofRows: rows) / totalWeight)
  }

  /// The bottleneck at layer l + 1 on the subset alone: features are orthogonal to the inputs of the
  /// samples they are measured on.
  ///
  /// - Throws: `LinearAlgebraError` if the subset holds a number that is not finite.
  func bottleneck(rankTolerance: Double) throws(LinearAlgebraError) -> Bottleneck {
    try bottleneckAndCrossMoment(rankTolerance: rankTolerance).bottleneck
  }

  /// The bottleneck of the subset with a weight update of bounded norm.
  ///
  /// - Throws: `LinearAlgebraError` if the subset holds a number that is not finite.
  func boundedBottleneck(rankTolerance: Double) throws(LinearAlgebraError) -> Bottleneck {
    let found = try bottleneckAndCrossMoment(rankTolerance: rankTolerance)
    return found.bottleneck.bounded(crossMoment: found.crossMoment)
  }

  private func bottleneckAndCrossMoment(
    rankTolerance: Double
  ) throws(LinearAlgebraError) -> (bottleneck: Bottleneck, crossMoment: Matrix<Double>) {
    var moments = updateMoments
    let whitening = try Whitening(
      inPlaceOf: &moments.secondMoment, rankTolerance: rankTolerance)
    let whitened = whitening.whitened(moments.crossMoment)
    let bottleneck = Bottleneck(
      bestWeightUpdate: whitening.unwhitened(whitened),
      desiredUpdate: moments.desiredUpdate, bestUpdate: whitened.squaredNorm, whitening: whitening)
    return (bottleneck, moments.crossMoment)
  }

  /// The averages around the features of some fan-ins.
  func featureMoments(of fanIn: Matrix<Double>, _ function: UnitFunction) -> FeatureMoments {
    var features = Matrix<Scalar>(rows: inputs.rows, columns: fanIn.columns)
    features.setProduct(inputs, Matrix<Scalar>(fanIn))
    function.apply(to: &features.storage)
    features.subtractFromRows(
      [Scalar](repeating: Scalar(function.valueAtZero), count: fanIn.columns))
    weigh(&features)
    return FeatureMoments(
      features: features, nextInputs: nextInputs, desiredUpdates: desiredUpdates,
      total: totalWeight)
  }

  /// P, the residual of an update of layer l + 1's weights, each row times √w.
  func residuals(after weightUpdate: Matrix<Double>) -> Matrix<Scalar> {
    Matrix(residualsOf: desiredUpdates, nextInputs, after: weightUpdate)
  }
}

extension Matrix {
  /// `P = V − [B 1] δW`, the residual of the desired update after an update of a layer's weights.
  package init(
    residualsOf desiredUpdates: Matrix, _ inputs: Matrix, after weightUpdate: Matrix<Double>
  ) {
    self.init(rows: inputs.rows, columns: desiredUpdates.columns)
    setProduct(inputs, Matrix(weightUpdate))
    subtract(from: desiredUpdates)
  }
}
