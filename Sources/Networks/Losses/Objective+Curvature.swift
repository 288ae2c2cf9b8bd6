internal import RealModule
public import LinearAlgebra

extension Objective {
  /// The second derivative of the loss of each sample along a direction of its preactivations.
  ///
  ///     c_i = d²/dγ² ℓ_i(a_i + γ u_i) at γ = 0
  ///
  /// Behind scales and shifts alone, three losses are differentiated by hand: mean squared error,
  /// `2/d Σ u²`; softmax cross-entropy, `Σt (Σ p u² − (Σ p u)²)`; sigmoid cross-entropy,
  /// `1/d Σ p (1 − p) u²`. All others are central differences of the desired update, in `Double`
  /// and with a step of ∛ε of the preactivations: about ten digits, but a kink of the loss or of
  /// an activation within that step shows as a large number.
  ///
  /// - Parameters:
  ///   - preactivations: a_L, samples × outputs.
  ///   - targets: of the same samples.
  ///   - directions: u, samples × outputs.
  /// - Returns: one number per sample, in units of the loss; negative where the loss is concave.
  public func curvature(
    preactivations: Matrix<Scalar>, targets: Targets<Scalar>, directions: Matrix<Scalar>
  ) -> [Double] {
    precondition(
      preactivations.storage.count == directions.storage.count,
      "\(directions.rows)×\(directions.columns) directions at "
        + "\(preactivations.rows)×\(preactivations.columns) preactivations")
    let (start, directions) = (Matrix<Double>(preactivations), Matrix<Double>(directions))
    let (objective, targets) = (Objective<Double>(self), Targets<Double>(targets))
    return objective.exactCurvature(preactivations: start, targets, directions)
      ?? objective.differencedCurvature(preactivations: start, targets, directions)
  }

  /// The Hessian of each sample's loss by its preactivations, times a direction: `H_i u_i`.
  ///
  /// Central differences of the desired update, in `Double` and with a step of ∛ε of the
  /// preactivations: about ten digits. At a kink of the loss the result is a large number.
  ///
  /// - Parameters: as in `curvature(preactivations:targets:directions:)`.
  /// - Returns: samples × outputs.
  public func hessianProducts(
    preactivations: Matrix<Scalar>, targets: Targets<Scalar>, directions: Matrix<Scalar>
  ) -> Matrix<Double> {
    Objective<Double>(self).differencedProducts(
      preactivations: Matrix<Double>(preactivations), Targets<Double>(targets),
      Matrix<Double>(directions))
  }

  /// The objective `other`, converted to another precision.
  public init<Other>(_ other: Objective<Other>) {
    loss = other.loss
    outputs = other.outputs
    notes = other.notes
    stages = other.stages.map { Stage($0) }
    innerStages = other.innerStages.map { Stage($0) }
    rowActivation = other.rowActivation
    effectiveLoss = other.effectiveLoss
    bounds = other.bounds
  }
}

extension Objective<Double> {
  /// The formulas, or `nil` where there is none.
  fileprivate func exactCurvature(
    preactivations: Matrix<Double>, _ targets: Targets<Double>, _ directions: Matrix<Double>
  ) -> [Double]? {
    guard rowActivation == nil, innerStages.allSatisfy(\.isLinear) else { return nil }
    var (inputs, directions) = (preactivations, directions)
    for stage in innerStages { stage.apply(to: &inputs, scalingDerivatives: &directions) }
    let perOutput = 1 / Double(outputs)
    func sums(_ term: (_ sample: Int, _ input: Double, _ direction: Double) -> Double) -> [Double] {
      (0..<inputs.rows).map { sample in
        (0..<outputs).reduce(0) {
          $0 + term(sample, inputs[sample, $1], directions[sample, $1])
        }
      }
    }
    switch effectiveLoss {
    case .meanSquaredError: return sums { 2 * $2 * $2 * perOutput }
    case .binaryCrossentropy(fromLogits: true, _):
      Activation.sigmoid.apply(to: &inputs.storage)
      return sums { $1 * (1 - $1) * $2 * $2 * perOutput }
    case .categoricalCrossentropy(fromLogits: true, _), .sparseCategoricalCrossentropy(true):
      Activation.softmax.applyRows(to: &inputs)
      let means = sums { $1 * $2 }
      let variances = sums { $1 * ($2 - means[$0]) * ($2 - means[$0]) }
      // Label smoothing keeps a row's sum of 1, and moves any other towards it.
      guard case .values(let truths) = targets else { return variances }
      let smoothing = effectiveLoss.labelSmoothing
      return variances.indices.map { sample in
        let sum = (0..<outputs).reduce(0) { $0 + truths[sample, $1] }
        return variances[sample] * (sum * (1 - smoothing) + smoothing)
      }
    default: return nil
    }
  }

  /// `uᵀ H u` of each sample.
  fileprivate func differencedCurvature(
    preactivations: Matrix<Double>, _ targets: Targets<Double>, _ directions: Matrix<Double>
  ) -> [Double] {
    let products = differencedProducts(preactivations: preactivations, targets, directions)
    return (0..<products.rows).map { sample in
      (0..<outputs).reduce(0) { $0 + products[sample, $1] * directions[sample, $1] }
    }
  }

  /// `H u` by central differences of the desired update, one step per sample.
  fileprivate func differencedProducts(
    preactivations: Matrix<Double>, _ targets: Targets<Double>, _ directions: Matrix<Double>
  ) -> Matrix<Double> {
    let steps = (0..<preactivations.rows).map { sample in
      let size = (0..<outputs).reduce(1) { max($0, abs(preactivations[sample, $1])) }
      let length = (0..<outputs).reduce(0) { max($0, abs(directions[sample, $1])) }
      return length > 0 ? Double.root(Double.ulpOfOne, 3) * size / length : 0
    }
    var losses: [Double] = []
    func updates(_ sign: Double) -> Matrix<Double> {
      var moved = preactivations
      for sample in steps.indices {
        for output in 0..<outputs {
          moved[sample, output] += sign * steps[sample] * directions[sample, output]
        }
      }
      var updates = Matrix<Double>(rows: 0, columns: outputs)
      evaluate(
        preactivations: moved, targets: targets, losses: &losses, desiredUpdates: &updates)
      return updates
    }
    let (before, after) = (updates(-1), updates(1))
    return Matrix(rows: steps.count, columns: outputs) { sample, output in
      steps[sample] > 0 ? (before[sample, output] - after[sample, output]) / (2 * steps[sample]) : 0
    }
  }
}
