import LinearAlgebra

/// A BatchNormalization in training: by the statistics of the batch, with moving averages that follow.
///
///     x̂ = (x − μ) / √(σ² + ε)      y = γ x̂ + β
///     v_x = γ / √(σ² + ε) · (v_y − E[v_y] − x̂ E[v_y x̂])      sums: Σ v_y x̂ for γ, Σ v_y for β
///
/// Ioffe & Szegedy 2015 (arXiv:1502.03167), section 3. Means run over the batch and, where channels
/// repeat, over their places in a sample.
struct BatchNormalizationOperation<Scalar: BLASScalar>: TrainingOperation {
  private let settings: BatchNormalization
  private let channels: Int
  private let width: Int
  private var gamma: TrainedVariable<Scalar>
  private var beta: TrainedVariable<Scalar>
  private var movingMean: [Double]
  private var movingVariance: [Double]
  /// x̂, and 1 / √(σ² + ε) of each channel.
  private var normalized: Matrix<Scalar>
  private var inverseDeviations: [Double] = []

  /// The normalization that is `affine` at inference.
  ///
  /// Units that were added since the file was written get the variance that a writer of the grown
  /// model gives them: an old unit's if they are scaled as it is, and 1 − ε otherwise.
  init(_ affine: Affine<Scalar>, _ settings: BatchNormalization) {
    self.settings = settings
    width = affine.scale.count
    channels = settings.channels ?? width
    let places = 0..<channels
    movingMean = places.map { Double(affine.center[$0]) }
    let known = settings.variances
    let twins = places.map { unit in
      unit < known.count
        ? unit
        : known.indices.first {
          affine.center[$0] == affine.center[unit] && affine.scale[$0] == affine.scale[unit]
            && affine.offset[$0] == affine.offset[unit]
        }
    }
    let variances = twins.map { $0.map { known[$0] } ?? max(0, 1 - settings.epsilon) }
    movingVariance = variances
    gamma = TrainedVariable(
      places.map { unit in
        Scalar(
          Double(affine.scale[unit]) * (variances[unit] + settings.epsilon).squareRoot())
      })
    beta = TrainedVariable(places.map { affine.offset[$0] })
    normalized = Matrix(rows: 0, columns: width)
  }

  var stage: Stage<Scalar>? {
    let scale = movingVariance.indices.map { channel in
      Scalar(
        Double(gamma.values.storage[channel])
          / (movingVariance[channel] + settings.epsilon).squareRoot())
    }
    func spread(_ numbers: [Scalar]) -> [Scalar] { (0..<width).map { numbers[$0 % channels] } }
    return .affine(
      Affine(
        center: spread(movingMean.map { Scalar($0) }), scale: spread(scale),
        offset: spread(beta.values.storage)))
  }

  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator) {
    normalized.setRowCount(values.rows)
    let statistics = values.statistics(channels: channels)
    inverseDeviations = statistics.variances.map { 1 / ($0 + settings.epsilon).squareRoot() }
    for channel in 0..<channels {
      let keep = settings.momentum
      movingMean[channel] = keep * movingMean[channel] + (1 - keep) * statistics.means[channel]
      movingVariance[channel] =
        keep * movingVariance[channel] + (1 - keep) * statistics.variances[channel]
    }
    normalize(
      &values.storage, keeping: &normalized.storage, means: statistics.means,
      inverseDeviations: inverseDeviations, gamma: gamma.values.storage, beta: beta.values.storage)
  }

  mutating func backward(_ updates: inout Matrix<Scalar>) {
    let all = updates.channelSums(channels: channels)
    let along = updates.channelSums(channels: channels, times: normalized)
    beta.sum.storage = all.map { Scalar($0) }
    gamma.sum.storage = along.map { Scalar($0) }
    let count = Double(updates.storage.count / channels)
    let factors = (0..<channels).map { Double(gamma.values.storage[$0]) * inverseDeviations[$0] }
    pullBack(
      &updates.storage, normalized.storage, factors: factors, means: all.map { $0 / count },
      shares: along.map { $0 / count })
  }

  mutating func updateVariables(_ body: (inout TrainedVariable<Scalar>) -> Void) {
    if settings.hasGamma { body(&gamma) }
    if settings.hasBeta { body(&beta) }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func normalize<Scalar: BLASScalar>(
  _ values: inout [Scalar], keeping normalized: inout [Scalar], means: [Double],
  inverseDeviations: [Double], gamma: [Scalar], beta: [Scalar]
) {
  let channels = means.count
  for start in stride(from: 0, to: values.count, by: channels) {
    for channel in 0..<channels {
      let share = Scalar(
        (Double(values[start + channel]) - means[channel]) * inverseDeviations[channel])
      normalized[start + channel] = share
      values[start + channel] = gamma[channel] * share + beta[channel]
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullBack<Scalar: BLASScalar>(
  _ updates: inout [Scalar], _ normalized: [Scalar], factors: [Double], means: [Double],
  shares: [Double]
) {
  let channels = means.count
  for start in stride(from: 0, to: updates.count, by: channels) {
    for channel in 0..<channels {
      let place = start + channel
      let rest =
        Double(updates[place]) - means[channel] - Double(normalized[place]) * shares[channel]
      updates[place] = Scalar(factors[channel] * rest)
    }
  }
}
