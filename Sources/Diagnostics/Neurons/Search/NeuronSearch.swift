import LinearAlgebra
import Networks

/// Finds the neurons of each hidden layer, and what they gain.
///
/// Candidates come from the moments, and a subset of the samples tells which of them are worth a
/// pass. That pass measures what each is worth as a feature; then the choice is algebra again. The
/// amplitudes and the number of neurons are found on subsets, and a last pass measures the loss
/// itself.
struct NeuronSearch<Scalar: BLASScalar>: Sendable {
  let samplePass: SamplePass<Scalar>
  let references: [[Scalar]]
  let training: Moments
  let heldOutCount: Int
  let bottlenecks: [Bottleneck]
  var options: DiagnosisOptions
  /// How much of the loss there is to gain.
  let excess: LossExcess

  var network: Network<Scalar> { samplePass.network }

  /// Whether the lack judges neurons, as there is no loss to measure.
  var isRecording: Bool { samplePass.diagnosed.isRecording }

  /// Activation-aware neurons keep their fan-in; the linear solvers' start from an infinitesimal one.
  var form: AmplitudeForm { options.solver == .activationAware ? .fanOut : .bothSides }

  /// The hidden layers that were asked for, and can get units without changing what others say.
  var layers: [Int] {
    network.layers.indices.dropLast().filter {
      options.layers?.contains($0) ?? true && network.layers[$0].canGrow
    }
  }

  /// Finds the neurons of the hidden layers, and the standard error of Ψ of every layer.
  ///
  /// - Parameters:
  ///   - starts: as above; consumed, because what is held out takes much memory around wide layers.
  ///   - subset: training samples.
  /// - Returns: one growth for each start, one standard error for each layer.
  /// - Throws: what the source of the samples throws, and `LinearAlgebraError` if a number is not finite.
  func growth(
    from starts: consuming [LayerProblem], _ subset: SampleSubset<Scalar>
  ) async throws -> Growths {
    let errors =
      options.effort == .report
      ? try await standardErrors(from: starts, subset)
      : (singularValues: starts.map { _ in [] }, lacks: network.layers.map { _ in nil })
    guard options.seeksNeurons, !starts.isEmpty else {
      return Growths(
        layers: zip(consume starts, errors.singularValues).map { start, errors in
          growth(
            Measured(start: start, proposals: [], demanded: nil, paper: nil), found: nil,
            singularValueStandardErrors: errors)
        }, lackStandardErrors: errors.lacks, warnings: [])
    }
    let heldOutSubset = try await samplePass.subset(of: .heldOut, references: references)
    let warnings = options.effort == .report ? farSamples(subset, heldOutSubset) : []
    let measured = try await self.measured(consume starts, subset, heldOutSubset)
    let findings = try await findings(among: measured, subset, heldOutSubset)
    return Growths(
      layers: measured.indices.map {
        growth(
          measured[$0], findings[$0], singularValueStandardErrors: errors.singularValues[$0])
      }, lackStandardErrors: errors.lacks, warnings: warnings)
  }

  /// The growth of each layer, the standard errors of Ψ of every layer, and what holds for all.
  struct Growths: Sendable {
    let layers: [GrowthDiagnosis]
    let lackStandardErrors: [Double?]
    let warnings: [Warning]
  }

  private func farSamples(
    _ subset: SampleSubset<Scalar>, _ heldOutSubset: SampleSubset<Scalar>?
  ) -> [Warning] {
    let far = subset.farRows(by: bottlenecks[0].whitening, of: training.sampleCount)
    let others =
      heldOutSubset?.farRows(by: bottlenecks[0].whitening, of: training.sampleCount) ?? []
    return (far.isEmpty ? [] : [.farSamples(far, areHeldOut: false)])
      + (others.isEmpty ? [] : [.farSamples(others, areHeldOut: true)])
  }

  private func standardErrors(
    from starts: [LayerProblem], _ subset: SampleSubset<Scalar>
  ) async throws -> (singularValues: [[Double]], lacks: [Double?]) {
    let influences = try await subset.collect(
      from: InfluenceSums(network: network, bottlenecks: bottlenecks, starts: starts),
      workers: samplePass.workers, among: samplePass.split.processes)
    return (
      influences.singularValueStandardErrors(over: training.sampleCount),
      influences.lackStandardErrors(over: training.sampleCount)
    )
  }

  /// A layer whose candidates have been measured on all samples.
  struct Measured: Sendable {
    let start: LayerProblem
    let proposals: [GrowthProposal]
    /// Those of the number of neurons that the layer is to have unless it is suggested, if there is one.
    let demanded: [GrowthProposal]?
    /// The averages around the features of the paper's neurons; `nil` where nobody asks for them.
    let paper: FeatureParts?
  }

  /// - Returns: one for each of the starts; what judges updates is dropped if the loss will judge now.
  private func measured(
    _ starts: consuming [LayerProblem], _ subset: SampleSubset<Scalar>,
    _ heldOutSubset: SampleSubset<Scalar>?
  ) async throws -> [Measured] {
    let starts = consume starts
    let search = CandidateSearch(
      training: subset, heldOut: heldOutSubset, sampleCount: training.sampleCount,
      options: options)
    let candidates = try await samplePass.split.processes.map(starts, empty: FoundCandidates()) {
      FoundCandidates(searches: try await search.candidates($0, searches: searches(at: $0)))
    }.map(\.searches)
    let features = try await features(of: starts, candidates)
    return starts.indices.map { index in
      let (start, candidates, features) = (starts[index], candidates[index], features[index])
      let demanded =
        candidates.count > 1
        ? demanding.proposals(start, candidates[1], features: features.own[1]) : nil
      return Measured(
        start: isRecording ? start : start.droppingHeldOut(),
        proposals: proposals(start, candidates[0], features: features.own[0]),
        demanded: demanded, paper: features.paper)
    }
  }

  /// The features of a layer: those of the paper's neurons, if anybody asks for them, and those that each
  /// search chooses from.
  private typealias LayerFeatures = (paper: FeatureParts?, own: [FeatureParts])

  /// One pass over all samples measures the features of all layers.
  private func features(
    of starts: [LayerProblem], _ candidates: [[CandidateNeurons?]]
  ) async throws -> [LayerFeatures] {
    let own = zip(starts, candidates).map { start, searches in
      searches.map { candidates in
        candidates.map {
          Features(layer: start.layer, fanIn: $0.fanIn, response: .exact(start.function))
        } ?? start.linear.map(start.infinitesimal)
      }
    }
    let paper = zip(starts, own).map { start, own in
      options.effort != .growth || own.contains { $0 == nil } ? start.paperFeatures : nil
    }
    let measured = try await samplePass.collect(
      "features",
      from: FeatureSums(
        paper.compactMap { $0 } + own.joined().compactMap { $0 }, network: network,
        references: references)
    ).moments()
    var places = measured.makeIterator()
    let ofPaper = paper.map { $0 == nil ? nil : places.next() }
    return zip(ofPaper, own).map { paper, own in
      (
        paper,
        own.map { features in
          guard let measured = features == nil ? paper : places.next() else {
            preconditionFailure("features that were not measured")
          }
          return measured
        }
      )
    }
  }
}
