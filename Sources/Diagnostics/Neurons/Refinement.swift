import LinearAlgebra
import Networks

/// Ascent of candidates' fan-ins on the exact gain, on a subset of the training samples.
///
///     J(α) = E‖p‖² − min over ω, δW of E‖v − [b 1] δW − ω φ(αᵀ b_{l−1})‖²
///     ∂J/∂α_k = 2 E[(r · ω_k) φ'(α_kᵀ b) b],   r the residual of the best ω and δW
///
/// r is orthogonal to the features and to b_l, so neither the change of ω nor the projection adds a
/// term. The gradient is smoothed by the family's own ridge, `(C + ρ s̄ I)⁻¹`, that of a bias by
/// `1 / (1 + ρ)`, and every step keeps each preactivation at the standard deviation it started from, or at one.
struct Refinement<Scalar: BLASScalar>: Sendable {
  private let subset: LayerSubset<Scalar>
  private let bottleneck: Bottleneck
  /// P, the residual of the best weight update of layer l + 1, each row times √w as in the subset.
  private let residuals: Matrix<Scalar>
  private let function: UnitFunction
  private let covariance: InputCovariance

  /// The first step moves a preactivation by this share of its standard deviation.
  private static var firstStep: Double { 0.5 }

  /// - Parameters:
  ///   - subset: around the hidden layer that would grow.
  ///   - bottleneck: at layer l + 1, on the subset.
  ///   - function: of its units.
  ///   - covariance: of its inputs.
  init(
    _ subset: LayerSubset<Scalar>, bottleneck: Bottleneck, function: UnitFunction,
    covariance: InputCovariance
  ) {
    self.subset = subset
    self.bottleneck = bottleneck
    residuals = subset.residuals(after: bottleneck.bestWeightUpdate)
    self.function = function
    self.covariance = covariance
  }

  /// The fan-ins after each of the given numbers of steps.
  ///
  /// - Parameters:
  ///   - fanIn: (inputs + 1) × count, to start from.
  ///   - ridge: ρ of the family that is refined.
  ///   - snapshots: numbers of steps, rising.
  /// - Returns: one for each of the snapshots.
  func fanIns(from fanIn: Matrix<Double>, ridge: Double, snapshots: [Int]) -> [Matrix<Double>] {
    var current = fanIn
    let smoothing = Smoothing(covariance, ridge: ridge)
    let deviations = covariance.variances(of: fanIn).map { max(1, $0.squareRoot()) }
    guard var state = state(of: current) else { return snapshots.map { _ in fanIn } }
    var step = Self.firstStep
    var taken: [Matrix<Double>] = []
    for index in 1...(snapshots.last ?? 1) {
      let direction = ascent(from: current, state, smoothing)
      // A step that does not gain is halved; the next one tries to be longer again.
      for _ in 0..<6 {
        let moved = stepped(current, along: direction, by: step, to: deviations)
        if isAllowed(moved), let next = self.state(of: moved), next.gain > state.gain {
          (current, state) = (moved, next)
          step *= 1.5
          break
        }
        step /= 2
      }
      if snapshots.contains(index) { taken.append(current) }
    }
    return taken
  }

  /// What smooths the gradient, by the ridge of the family that is refined.
  private struct Smoothing {
    /// C + ρ s̄ I, or `nil` where there is nothing to smooth with.
    let factor: Cholesky?
    /// The factor of the gradient of a bias: the constant 1 is one more input, of unit second moment.
    let bias: Double

    init(_ covariance: InputCovariance, ridge: Double) {
      // Without any ridge the gradient would follow inputs that hardly vary.
      let ridge = max(ridge, 0.1)
      factor = covariance.factor(ridge: ridge)
      bias = factor == nil ? covariance.meanVariance : 1 / (1 + ridge)
    }
  }

  /// The features of some fan-ins on the subset, their best fan-out, and what they gain.
  private struct State {
    let slopes: Matrix<Scalar>
    let fanOut: Matrix<Double>
    let residuals: Matrix<Scalar>
    let gain: Double
  }

  private func state(of fanIn: Matrix<Double>) -> State? {
    let inputs = subset.inputs
    var features = Matrix<Scalar>(rows: inputs.rows, columns: fanIn.columns)
    features.setProduct(inputs, Matrix<Scalar>(fanIn))
    var slopes = Matrix<Scalar>(rows: inputs.rows, columns: fanIn.columns)
    slopes.fill(with: 1)
    function.apply(to: &features.storage, scalingDerivatives: &slopes.storage)
    features.subtractFromRows(
      [Scalar](repeating: Scalar(function.valueAtZero), count: fanIn.columns))
    subset.weigh(&features)
    subset.weigh(&slopes)
    let averages = FeatureMoments(
      features: features, nextInputs: subset.nextInputs, desiredUpdates: subset.desiredUpdates,
      total: subset.totalWeight)
    guard
      let orthogonal = OrthogonalFeatures(
        FeatureParts(training: averages, heldOut: nil),
        next: NextLayer(bottleneck: bottleneck, heldOut: nil),
        cancellation: Bottleneck.largestCancellation),
      let fanOut = orthogonal.fanOut(of: Array(0..<fanIn.columns))
    else { return nil }
    // P − (H − [B_l 1] β) ω
    features.addProduct(subset.nextInputs, Matrix<Scalar>(-1 * orthogonal.overlap))
    var residuals = residuals
    residuals.addProduct(features, Matrix<Scalar>(-1 * fanOut))
    return State(
      slopes: slopes, fanOut: fanOut, residuals: residuals,
      gain: -residuals.squaredNorm(ofRows: 0..<residuals.rows))
  }

  /// The smoothed gradient, each column of unit standard deviation as a preactivation.
  private func ascent(
    from fanIn: Matrix<Double>, _ state: State, _ smoothing: Smoothing
  ) -> Matrix<Double> {
    let inputs = subset.inputs
    var pulls = Matrix<Scalar>(rows: inputs.rows, columns: fanIn.columns)
    pulls.setProduct(
      state.residuals, transposed: Matrix<Scalar>(state.fanOut), firstRows: fanIn.columns)
    pulls.multiplyElements(by: state.slopes)
    var product: [Scalar] = []
    var sum = ProductSum(leftColumns: inputs.columns, rightColumns: fanIn.columns)
    sum.add(inputs, pulls, rows: 0..<inputs.rows, product: &product)
    let gradient = sum.mean(over: subset.totalWeight)
    let centred = covariance.centred(gradient)
    let smoothed = smoothing.factor?.solve(centred) ?? centred
    let variances = covariance.variances(of: smoothed)
    let units = covariance.fanInsOfUnitDeviation(smoothed, variances: variances)
    var direction = Matrix<Double>(rows: fanIn.rows, columns: fanIn.columns)
    for column in 0..<fanIn.columns {
      guard let unit = units[column] else { continue }
      for (row, number) in unit.enumerated() { direction[row, column] = number }
      guard fanIn.rows > covariance.inputCount else { continue }
      let bias = smoothing.bias * gradient[covariance.inputCount, column]
      direction[covariance.inputCount, column] += bias * unitScale(variances[column])
    }
    return direction
  }

  /// Whether new units may have these fan-ins.
  private func isAllowed(_ fanIn: Matrix<Double>) -> Bool {
    let norms = covariance.standardizedSquaredNorms(of: fanIn)
    return zip(covariance.variances(of: fanIn), norms).allSatisfy {
      covariance.bounds.allows(variance: $0, squaredNorm: $1 * (1 - 1e-9))
    }
  }

  /// The factor that gives preactivations of this variance unit standard deviation.
  private func unitScale(_ variance: Double) -> Double {
    variance > 0 ? min(1 / variance.squareRoot(), 1e12) : 0
  }

  /// Fan-ins moved along a direction and brought back to their standard deviations, the thresholds
  /// kept.
  private func stepped(
    _ fanIn: Matrix<Double>, along direction: Matrix<Double>, by step: Double,
    to deviations: [Double]
  ) -> Matrix<Double> {
    var moved = fanIn + step * direction
    let norms = covariance.standardizedSquaredNorms(of: moved)
    for (column, variance) in covariance.variances(of: moved).enumerated() {
      let scale =
        covariance.bounds.scale(
          to: deviations[column], variance: variance, squaredNorm: norms[column])
        ?? deviations[column] * unitScale(variance)
      for row in 0..<moved.rows { moved[row, column] *= scale }
    }
    return moved
  }
}
