import LinearAlgebra
import Networks

/// Neurons to add to a hidden layer, found by one family of candidates, in growing number.
struct GrowthProposal: Sendable {
  /// How they were found; `nil` for the linear solvers.
  let family: CandidateFamily?
  /// The neurons, from few to many; each has the fan-ins of the one before, in their order.
  let choices: [Choice]

  /// A proposal that gains less than this share of another's is not pursued.
  static let worthwhileShare = 0.7

  /// A number of neurons, with their exact gain of expressivity.
  struct Choice: Sendable {
    let neurons: NewNeurons
    /// The reduction of Ψ beyond that of the weight update alone, on the training samples.
    let gain: Double
    /// The fit of the neurons to the residual of the weight update, on the held-out samples.
    let heldOut: UpdateFit?
    /// The exact rate at which the loss falls, beyond that of the weight update.
    let slope: Double
    /// E‖V‖², beyond that of the weight update.
    let squaredNorm: Double

    /// The gain of expressivity on the held-out samples.
    var heldOutGain: Double? { heldOut?.gain }
  }

  /// The gain of the best choice on the held-out samples.
  var bestGain: Double { bestChoice.map { $0.heldOutGain ?? $0.gain } ?? 0 }

  /// The gain of the best choice at its best amplitude.
  var bestGainAtAnyAmplitude: Double {
    choices.map { $0.heldOut?.bestGain ?? $0.gain }.max() ?? 0
  }

  /// The choice with the largest gain on the held-out samples.
  var bestChoice: Choice? {
    choices.max { ($0.heldOutGain ?? $0.gain) < ($1.heldOutGain ?? $1.gain) }
  }

  /// The wanted numbers of neurons, up to `limit`.
  private static func counts(_ wanted: [Int], upTo limit: Int) -> [Int] {
    Set(wanted.map { min($0, limit) }).filter { $0 > 0 }.sorted()
  }

  /// The numbers of neurons that are tried.
  static func counts(upTo limit: Int) -> [Int] {
    [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128].filter { $0 <= limit }
  }
}

extension GrowthProposal {
  /// Proposals of the first neurons of a linear solver, for each number in `counts`.
  init(linear neurons: NewNeurons, counts: [Int], _ start: LayerProblem, features: FeatureParts) {
    guard start.canCompensate, let training = features.training else {
      self.init(family: nil, choices: [])
      return
    }
    let fits = NeuronFits(
      of: neurons, features: training, next: start.nextMoments.updateMoments)
    let heldOut = features.heldOut.flatMap { part in
      start.next.heldOut.map { NeuronFits(of: neurons, features: part, next: $0) }
    }
    self.init(
      family: nil,
      choices: Self.counts(counts, upTo: neurons.count).map { count in
        Choice(
          neurons: neurons.prefix(count), training: fits.fit(first: count),
          heldOut: heldOut?.residualFit(first: count))
      })
  }

  /// Choices among the candidates of one family, each with its best fan-out.
  init(
    family: CandidateFamily, columns: [Int], fanIn: Matrix<Double>, counts: [Int],
    _ start: LayerProblem, features: OrthogonalFeatures
  ) {
    guard start.canCompensate else {
      self.init(family: family, choices: [])
      return
    }
    // Greedy is not optimal: the leading directions themselves may close more together.
    let greedy = GreedySelection(from: features, columns: columns, limit: counts.max() ?? 0)
    let leading = stride(from: 0, to: columns.count, by: start.function.isOdd ? 1 : 2)
    let orders = [greedy.order, leading.prefix(counts.max() ?? 0).map { columns[$0] }]
    let proposals = orders.map { order in
      GrowthProposal(
        family: family,
        choices: Self.counts(counts, upTo: order.count).compactMap { count in
          Self.choice(Array(order.prefix(count)), fanIn: fanIn, start, features)
        })
    }
    self = proposals[0].bestGain >= proposals[1].bestGain ? proposals[0] : proposals[1]
  }

  private static func choice(
    _ columns: [Int], fanIn: Matrix<Double>, _ start: LayerProblem, _ features: OrthogonalFeatures
  ) -> Choice? {
    guard let fanOut = features.fanOut(of: columns) else { return nil }
    return Choice(
      neurons: NewNeurons(
        fanIn: fanIn.selectingColumns(columns), fanOut: fanOut,
        bestWeightUpdate: start.next.bottleneck.bestWeightUpdate,
        overlap: features.overlap.selectingColumns(columns),
        singularValues: start.paper.singularValues),
      training: features.training.fit(of: fanOut, columns: columns),
      heldOut: features.heldOut.map { $0.fit(of: fanOut, columns: columns) })
  }
}

extension GrowthProposal.Choice {
  /// - Parameters:
  ///   - neurons: with the weight update beside them.
  ///   - training: how they fit the residual of the weight update alone, on the training samples.
  ///   - heldOut: the same on the held-out samples.
  fileprivate init(neurons: NewNeurons, training: UpdateFit, heldOut: UpdateFit?) {
    self.init(
      neurons: neurons, gain: training.gain, heldOut: heldOut, slope: training.slope,
      squaredNorm: max(0, training.squaredNorm))
  }
}
