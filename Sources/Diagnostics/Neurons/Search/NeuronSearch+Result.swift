import LinearAlgebra
import Networks

extension NeuronSearch {
  /// The growth diagnosis of a layer: the neurons that were chosen, their gain, and all that was
  /// tried.
  func growth(
    _ measured: Measured, found: MeasuredGrowth?, singularValueStandardErrors: [Double]
  ) -> GrowthDiagnosis {
    let (start, proposals) = (measured.start, measured.proposals)
    let layer = start.layer
    let outcome = outcome(found, ofLayer: layer)
    let neurons = outcome?.choice.neurons ?? start.paper.prefix(0)
    let paper = start.paper.prefix(min(neurons.count, start.paper.count))
    let paperGain = paper.singularValues.prefix(paper.count).reduce(0) { $0 + $1 * $1 }
    let paperSlope = measured.paper?.training.map {
      $0.crossMoment.selectingRows(Array(0..<paper.count)).dot(paper.fanOut)
    }
    let shown = proposals.first { proposal in
      proposal.choices.contains { $0.neurons.fanIn == found?.choice.neurons.fanIn }
    }
    let addition = outcome.flatMap { taken in
      taken.lossGain.map { self.addition(start, taken.choice.neurons, $0) }
    }
    let warnings: [Warning] =
      start.canCompensate ? [] : [.noBiasToCompensate(activation: start.function.name)]
    return GrowthDiagnosis(
      layer: layer,
      paper: PaperGrowth(
        singularValues: start.paper.singularValues,
        singularValueStandardErrors: singularValueStandardErrors, gain: paperGain,
        slope: start.function.rightSlopeAtZero * paperGain, exactSlope: paperSlope,
        noiseFloor: options.effort == .report ? noiseFloor(ofLayer: layer) : nil),
      solver: options.solver, neurons: neurons,
      addition: addition, kind: outcome?.kind,
      expressivityGain: outcome?.choice.gain ?? 0,
      slope: start.next.bottleneck.bestUpdate + (outcome?.choice.slope ?? 0),
      lossGain: outcome?.lossGain, rejectedLossGain: outcome == nil ? found?.lossGain : nil,
      parameterCost: neurons.count
        * (network.layers[layer].weights.rows + network.layers[layer + 1].outputs),
      curve: curve(
        shown ?? proposals.max { $0.bestGain < $1.bestGain }, gains: found?.gains ?? [:]),
      warnings: warnings + (addition.flatMap(largeWeights).map { [$0] } ?? []),
      closedLack: found?.closedLack, judged: found?.judged)
  }

  /// What was found for a layer, if it is suggested.
  func outcome(_ found: MeasuredGrowth?, ofLayer layer: Int) -> MeasuredGrowth? {
    guard let found else { return nil }
    let isTaken =
      isDemanded(ofLayer: layer)
      || found.isWorthwhile(leastGain: options.criteria.leastGain, of: excess)
    return isTaken ? found : nil
  }

  /// A warning where the largest weight around the layer would become so large that what trained the
  /// network so far may not train it on.
  private func largeWeights(_ addition: Addition) -> Warning? {
    let layer = addition.layer
    let old = network.layers[layer...(layer + 1)].reduce(0) {
      max($0, $1.weights.largestMagnitude())
    }
    var next = Matrix<Double>(network.layers[layer + 1].weights)
    if let weightUpdate = addition.weightUpdate { next = next + weightUpdate }
    let new = [addition.fanIn, addition.fanOut, next].reduce(0) { max($0, $1.largestMagnitude()) }
    let factor = new / max(old, .leastNormalMagnitude)
    return factor > Warning.largestWeightFactor ? .largeWeights(factor: factor) : nil
  }

  /// The neurons of an outcome for the inputs as they are, its amplitudes multiplied out.
  private func addition(
    _ start: LayerProblem, _ neurons: NewNeurons, _ lossGain: LossGain
  ) -> Addition {
    let amplitudes = lossGain.amplitudes
    let factors = form.factors(amplitudes.neurons)
    let addition = Addition(
      layer: start.layer, fanIn: factors.fanIn * start.moments.weightsForRawInputs(neurons.fanIn),
      fanOut: factors.fanOut * neurons.fanOut,
      weightUpdate: start.nextMoments.weightsForRawInputs(
        neurons.weightUpdate(share: amplitudes.update, neuronShare: amplitudes.neurons)))
    return start.function.isHomogeneous && form == .fanOut ? addition.balanced : addition
  }

  private func curve(_ proposal: GrowthProposal?, gains: [Int: SubsetGain]) -> [CurvePoint] {
    let none = CurvePoint(
      neurons: 0, expressivityGain: 0, validationExpressivityGain: heldOutCount == 0 ? nil : 0,
      lossGain: gains[0])
    return [none]
      + (proposal?.choices ?? []).map {
        CurvePoint(
          neurons: $0.neurons.count, expressivityGain: $0.gain,
          validationExpressivityGain: $0.heldOutGain, lossGain: gains[$0.neurons.count])
      }
  }

  /// The largest λ of `sampleCount` samples by chance; `nil` where there is nothing to vary.
  ///
  ///     √(Ψ / n) (1 + √(r / m))      r = rank S − ‖E C E_lᵀ‖²
  ///
  /// For noise of equal variance in all m outputs, E N is `√(Ψ / (n m)) (I − K Kᵀ)^½` times a
  /// matrix of independent numbers of variance 1, because P is orthogonal to layer l + 1's inputs. K
  /// holds the correlations between those and the inputs of layer l, and r is the trace of
  /// `I − K Kᵀ`.
  /// Chevet's inequality bounds the norm of such a product by `√r + √m` on average.
  private func noiseFloor(ofLayer layer: Int) -> Double? {
    let (whitening, next) = (bottlenecks[layer].whitening, bottlenecks[layer + 1])
    guard let successive = training.layers[layer].next?.successiveMoment else { return nil }
    let outputs = Double(next.bestWeightUpdate.columns)
    guard training.effectiveCount > 0, outputs > 0 else { return nil }
    let explained = next.whitening.whitened(whitening.whitened(successive).transposed())
    let rank = max(0, Double(whitening.rank) - explained.squaredNorm)
    return (next.lackOfExpressivity / Double(training.effectiveCount)).squareRoot()
      * (1 + (rank / outputs).squareRoot())
  }
}
