import LinearAlgebra
import Networks

/// Which candidates for new neurons of a layer are worth a pass over all samples, found on a subset.
///
/// The moments give candidates for every ridge; a subset of the training samples fits them and one of
/// the held-out samples judges. The best ridges stay, the best of them is refined by ascent, and
/// squares join where linear correlation is exhausted. Around layers so wide that the subset is small
/// beside them, ridges are all that is chosen by it.
struct CandidateSearch<Scalar: BLASScalar>: Sendable {
  let training: SampleSubset<Scalar>
  let heldOut: SampleSubset<Scalar>?
  /// The number of training samples, of which the subset holds some.
  let sampleCount: Int
  let options: DiagnosisOptions

  /// The numbers of ascent steps after which the refined candidates are judged.
  private static var snapshots: [Int] { [4, 12] }
  /// With fewer samples than this for each input of layer l + 1, the regression on b_l overfits.
  private static var samplesPerInput: Int { 2 }
  /// The number of ridges that are measured on all samples.
  private static var ridgeCount: Int { 3 }

  /// The candidates of a layer that stay, for each of some searches.
  ///
  /// - Parameters:
  ///   - start: what the moments say of the layer.
  ///   - searches: the numbers of neurons that each tries.
  /// - Returns: one for each search; `nil` where no unit can be added.
  /// - Throws: `LinearAlgebraError` if the subset holds a number that is not finite.
  func candidates(
    _ start: LayerProblem, searches: [[Int]]
  ) async throws -> [CandidateNeurons?] {
    guard let covariance = start.covariance, let all = start.candidates, start.canCompensate else {
      return searches.map { _ in nil }
    }
    let given = weightUpdate(start)
    let subset = LayerSubset(training, layer: start.layer, after: given)
    let bottleneck = try subset.boundedBottleneck(rankTolerance: start.moments.rankTolerance)
    let judge = heldOut.map { LayerSubset($0, layer: start.layer, after: given) }
    let features = OrthogonalFeatures(
      FeatureParts(
        training: subset.featureMoments(of: all.fanIn, start.function),
        heldOut: judge?.featureMoments(of: all.fanIn, start.function)),
      next: NextLayer(bottleneck: bottleneck, heldOut: judge?.updateMoments),
      cancellation: Bottleneck.largestCancellation)
    let ridges = searches.map { linear(start, all, counts: $0, features) }
    // Ascent and squares would follow the chance in a subset as small as that.
    guard options.refines, options.effort != .quick, given == nil else {
      return ridges.map { CandidateNeurons($0.families, rows: all.fanIn.rows) }
    }
    let triesSquares =
      ridges.contains(where: \.isExhausted)
      && options.effort.triesSquares(
        inputCount: covariance.inputCount, sampleCount: training.sampleCount)
    async let squares =
      triesSquares ? nonlinear(start, all, covariance, on: subset, bottleneck) : []
    let refined = try await concurrentMap(ridges.map(\.best)) { best in
      refinements(of: best, start, covariance, on: subset, bottleneck)
    }
    let others = try await squares
    return zip(ridges, refined).map { ridges, refined in
      CandidateNeurons(
        ridges.families + refined + (ridges.isExhausted ? others : []), rows: all.fanIn.rows)
    }
  }

  private typealias Families = [(family: CandidateFamily, fanIns: [[Double]])]

  /// The ridges that stay, and random directions where they do about as well.
  private func linear(
    _ start: LayerProblem, _ all: CandidateNeurons, counts: [Int], _ features: OrthogonalFeatures?
  ) -> (families: Families, best: GrowthProposal?, isExhausted: Bool) {
    let proposals = all.families.compactMap { family in
      features.map {
        GrowthProposal(
          family: family.family, columns: Array(family.columns), fanIn: all.fanIn, counts: counts,
          start, features: $0)
      }
    }
    let linear = proposals.filter { $0.family?.kind == .linear }
      .sorted { $0.bestGain > $1.bestGain }
    let random = proposals.first { $0.family == .random }?.bestGain ?? 0
    let best = linear.first?.bestGain ?? 0
    let families = all.families(
      linear.prefix(Self.ridgeCount).compactMap(\.family)
        + (random >= GrowthProposal.worthwhileShare * best ? [.random] : []))
    // Directions at random do half as well: there is little linear correlation left to follow.
    return (families, linear.first, best <= 2 * random)
  }

  /// The best of the ridges after some steps of ascent, if it gains anything.
  private func refinements(
    of best: GrowthProposal?, _ start: LayerProblem, _ covariance: InputCovariance,
    on subset: LayerSubset<Scalar>, _ bottleneck: Bottleneck
  ) -> Families {
    guard let best, let choice = best.bestChoice, best.bestGain > 0,
      case .linear(let ridge)? = best.family
    else { return [] }
    let refined = Refinement(
      subset, bottleneck: bottleneck, function: start.function, covariance: covariance,
      ridge: ridge
    ).fanIns(from: choice.neurons.fanIn, snapshots: Self.snapshots)
    return zip(Self.snapshots, refined).map { steps, fanIn in
      (.refined(ridge: ridge, steps: steps), (0..<fanIn.columns).map(fanIn.column))
    }
  }

  /// Squares, and steep units along random directions.
  private func nonlinear(
    _ start: LayerProblem, _ all: CandidateNeurons, _ covariance: InputCovariance,
    on subset: LayerSubset<Scalar>, _ bottleneck: Bottleneck
  ) throws -> Families {
    let squares = try CandidateNeurons.quadraticFanIns(
      on: subset, residuals: subset.residuals(after: bottleneck.bestWeightUpdate),
      covariance: covariance)
    let directions = all.families([.random]).flatMap(\.fanIns)
    let steep = CandidateNeurons.steepFanIns(
      along: directions, covariance: covariance, function: start.function)
    return [(.quadratic, squares), (.steep, steep)]
  }

  /// Normally δW* is refitted together with the neurons. If the subset has too few samples for
  /// that, δW* of all samples is used: gains are then underestimated, but not dominated by noise.
  private func weightUpdate(_ start: LayerProblem) -> Matrix<Double>? {
    let needed = Self.samplesPerInput * start.nextMoments.secondMoment.order
    return training.sampleCount < min(needed, sampleCount)
      ? start.next.bottleneck.bestWeightUpdate : nil
  }
}

extension CandidateNeurons {
  /// The fan-ins of some of the families.
  fileprivate func families(
    _ chosen: [CandidateFamily]
  ) -> [(family: CandidateFamily, fanIns: [[Double]])] {
    families.filter { chosen.contains($0.family) }.map { ($0.family, $0.columns.map(fanIn.column)) }
  }
}
