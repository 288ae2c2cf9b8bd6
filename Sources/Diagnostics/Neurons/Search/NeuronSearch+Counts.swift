import LinearAlgebra

extension NeuronSearch {
  /// What was found for a layer: by the search of its own number of neurons, or by that for the number it is
  /// to have.
  struct Finding: Sendable {
    let found: MeasuredGrowth?
    let isDemanded: Bool
  }

  /// The search for the numbers of neurons that layers are to have unless they are suggested.
  var demanding: NeuronSearch {
    var demanding = self
    demanding.options.counts = options.countsUnlessSuggested
    demanding.options.countsUnlessSuggested = [:]
    return demanding
  }

  /// The numbers of neurons that each search at a layer tries: its own, and that for the number it is to have.
  func searches(at start: LayerProblem) -> [[Int]] {
    let wanted = options.countsUnlessSuggested[start.layer]
    return [counts(of: start)] + (wanted.map { [[$0]] } ?? [])
  }

  /// The loss judges neurons where it can be measured; the lack judges those of a recording.
  func findings(
    among measured: [Measured], _ subset: SampleSubset<Scalar>,
    _ heldOutSubset: SampleSubset<Scalar>?
  ) async throws -> [Finding] {
    let own = measured.map { ($0.start, finalists($0.proposals, ofLayer: $0.start.layer)) }
    let places = measured.indices.filter { measured[$0].demanded != nil }
    let demanded = places.map { place in
      let layer = measured[place]
      return (layer.start, demanding.finalists(layer.demanded ?? [], ofLayer: layer.start.layer))
    }
    switch samplePass.diagnosed {
    case .recording:
      guard let heldOutSubset else {
        return measured.map { _ in Finding(found: nil, isDemanded: false) }
      }
      let found = try await judged(own, by: heldOutSubset)
      let unmet = unmet(places, measured, found)
      let others = try await demanding.judged(unmet.map { demanded[$0] }, by: heldOutSubset)
      return joined(found, with: others, at: unmet.map { places[$0] })
    case .model(_, let objective):
      let measurement = GrowthMeasurement(
        samplePass: samplePass, objective: objective, references: references, subset: subset,
        heldOutSubset: heldOutSubset, training: training, bottlenecks: bottlenecks,
        heldOutCount: heldOutCount, trainingExcess: excess.training, effort: options.effort)
      let picks = try await measurement.picks(among: own + demanded, form: form)
      var ownPicks = Array(picks.prefix(own.count))
      // Another number than the one that is wanted is not asked for, unless layers are compared.
      if places.count == measured.count {
        for (place, layer) in measured.enumerated()
        where ownPicks[place]?.count != options.countsUnlessSuggested[layer.start.layer] {
          ownPicks[place] = nil
        }
      }
      let found = try await judgedInParts(measurement.outcomes(of: ownPicks, form: form))
      let unmet = unmet(places, measured, found)
      let others = try await measurement.outcomes(
        of: unmet.map { picks[own.count + $0] }, form: form)
      return joined(found, with: others, at: unmet.map { places[$0] })
    }
  }

  /// What each finalist of a recording closes of the lack.
  private func judged(
    _ finalists: [GrowthMeasurement<Scalar>.Finalists], by heldOutSubset: SampleSubset<Scalar>
  ) async throws -> [MeasuredGrowth?] {
    let judge = LackJudge(
      subset: heldOutSubset, sampleCount: heldOutCount, solver: options.solver)
    return try await concurrentMap(finalists) { finalist in
      judge.best(
        for: finalist.start, among: finalist.proposals,
        areDemanded: options.counts[finalist.start.layer] != nil)
    }
  }

  /// Which of the layers at some places are not suggested to have the number of neurons they are to have.
  private func unmet(
    _ places: [Int], _ measured: [Measured], _ found: [MeasuredGrowth?]
  ) -> [Int] {
    places.indices.filter { index in
      let place = places[index]
      let suggested = outcome(found[place], ofLayer: measured[place].start.layer)
      return suggested?.choice.neurons.count
        != options.countsUnlessSuggested[measured[place].start.layer]
    }
  }

  private func joined(
    _ own: [MeasuredGrowth?], with demanded: [MeasuredGrowth?], at places: [Int]
  ) -> [Finding] {
    var findings = own.map { Finding(found: $0, isDemanded: false) }
    for (place, found) in zip(places, demanded) {
      findings[place] = Finding(found: found, isDemanded: true)
    }
    return findings
  }

  /// The growth diagnosis of a layer by the search that found its neurons.
  func growth(
    _ measured: Measured, _ finding: Finding, singularValueStandardErrors errors: [Double]
  ) -> GrowthDiagnosis {
    guard finding.isDemanded else {
      return growth(measured, found: finding.found, singularValueStandardErrors: errors)
    }
    let demanded = Measured(
      start: measured.start, proposals: measured.demanded ?? [], demanded: nil,
      paper: measured.paper)
    return demanding.growth(demanded, found: finding.found, singularValueStandardErrors: errors)
  }
}
