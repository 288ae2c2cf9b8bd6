import LinearAlgebra
import Networks

/// Chooses neurons by what they close of the lack on held-out samples, where no loss can be measured.
///
/// With p what the best weight update leaves over and V what neurons change of the preactivations, the
/// gain of a sample is `‖p‖² − ‖p − V‖²`. Its mean is known exactly from the moments of all held-out
/// samples; how it varies is estimated on a subset of them.
struct LackJudge<Scalar: BLASScalar>: Sendable {
  let subset: SampleSubset<Scalar>
  /// The number of held-out samples, of which the subset holds some.
  let sampleCount: Int
  let solver: Solver

  /// Neurons, and what they close.
  typealias Verdict = (choice: GrowthProposal.Choice, kind: NeuronKind, closedLack: ClosedLack)

  /// The choice that closes most beyond its standard error, of those alike the fewest neurons.
  ///
  /// - Returns: `nil` if there is no choice, or a single sample to judge by.
  func verdict(_ start: LayerProblem, _ proposals: [GrowthProposal]) -> Verdict? {
    guard let moments = start.next.heldOut, subset.sampleCount > 1 else { return nil }
    let layer = LayerSubset(subset, layer: start.layer)
    let update = start.next.bottleneck.bestWeightUpdate
    let residuals = layer.residuals(after: update)
    let lack = moments.lack(after: update)
    let verdicts = proposals.flatMap { proposal in
      proposal.choices.compactMap { choice -> Verdict? in
        guard let mean = choice.heldOutGain else { return nil }
        let gain = PairedGain(
          mean: mean, standardError: standardError(of: choice.neurons, start, layer, residuals))
        return (choice, proposal.family?.kind ?? .linear, ClosedLack(gain: gain, lack: lack))
      }
    }
    return verdicts.fewest(
      gain: { $0.closedLack.gain.mean - $0.closedLack.gain.standardError },
      count: \.choice.neurons.count)
  }

  private func standardError(
    of neurons: NewNeurons, _ start: LayerProblem, _ layer: LayerSubset<Scalar>,
    _ residuals: Matrix<Scalar>
  ) -> Double {
    let rows = layer.inputs.rows
    var features = Matrix<Scalar>(rows: rows, columns: neurons.count)
    features.setProduct(layer.inputs, Matrix<Scalar>(neurons.fanIn))
    let response =
      solver == .activationAware
      ? Features.Response.exact(start.function) : start.infinitesimal(neurons).response
    response.apply(to: &features)
    layer.weigh(&features)
    var changes = Matrix<Scalar>(rows: rows, columns: neurons.fanOut.columns)
    changes.setProduct(features, Matrix<Scalar>(neurons.fanOut))
    var corrections = changes
    corrections.setProduct(
      layer.nextInputs, Matrix<Scalar>(neurons.weightUpdate - neurons.bestWeightUpdate))
    changes.add(corrections)
    let weights = subset.weights
    let units = subset.units
    let unitCount = SampleBlock<Scalar>.unitCount
    var gains = WeightedMean()
    for row in 0..<rows {
      // Twice √w: the gain times the weight.
      let gain = (0..<changes.columns).reduce(0.0) { sum, column in
        let change = Double(changes[row, column])
        return sum + change * (2 * Double(residuals[row, column]) - change)
      }
      let weight = weights?[row] ?? 1
      gains.add(gain / weight, weight: weight, unit: units?[row], of: unitCount)
    }
    return gains.standardError(over: sampleCount) ?? .infinity
  }
}
