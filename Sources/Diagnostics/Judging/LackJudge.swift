import LinearAlgebra
import Networks

/// Chooses neurons by the share of the lack that they close on held-out samples, where no loss can
/// be measured.
///
/// Let p be the residual of the desired update after the best weight update, and V the change of
/// the preactivations by the neurons. The gain of a sample at the amplitude γ is
///
///     ‖p‖² − ‖p − γ V‖² = 2 γ ⟨p, V⟩ − γ² ‖V‖²      largest on average at γ = E⟨p, V⟩ / E‖V‖²
///
/// p and V scale with the gradients, so γ and all that is decided do not depend on their scale. Each
/// half of the held-out samples judges the neurons and the amplitude that the other half has chosen.
struct LackJudge<Scalar: BLASScalar>: Sendable {
  let subset: SampleSubset<Scalar>
  /// The number of held-out samples, of which the subset holds some.
  let sampleCount: Int
  let solver: Solver

  /// The choice that closes most beyond its standard error, of those alike the fewest neurons.
  ///
  /// - Parameters:
  ///   - start: the layer that would grow.
  ///   - proposals: what to choose from.
  ///   - areDemanded: whether the number of neurons is not to choose: then there are as many as can be.
  /// - Returns: `nil` if there is no choice, or a single sample to judge by.
  func best(
    for start: LayerProblem, among proposals: [GrowthProposal], areDemanded: Bool
  ) -> MeasuredGrowth? {
    guard let moments = start.next.heldOut, subset.sampleCount > 1 else { return nil }
    let most = proposals.flatMap(\.choices).map(\.neurons.count).max() ?? 0
    let layer = LayerSubset(subset, layer: start.layer)
    let update = start.next.bottleneck.bestWeightUpdate
    let residuals = layer.residuals(after: update)
    let candidates = proposals.flatMap { proposal in
      proposal.choices.filter { !areDemanded || $0.neurons.count == most }.map { choice in
        Candidate(
          choice: choice, kind: proposal.family?.kind ?? .linear,
          fits: fits(of: choice.neurons, start, layer, residuals))
      }
    }
    let halves = subset.halves
    guard let final = best(of: candidates, on: { _ in true }),
      let exact = final.candidate.choice.heldOut
    else { return nil }
    let canBeHalved = [0, 1].allSatisfy { half in halves.count { $0 == half } > 1 }
    let byHalf = [0, 1].map { half in
      canBeHalved ? best(of: candidates) { halves[$0] == half } ?? final : final
    }
    let judged = gains { byHalf[1 - halves[$0]] }
    let chosen = gains { _ in final }
    let amplitude = exact.bestAmplitude
    /// With more held-out samples than the subset has, the mean comes from the moments, and the
    /// subset tells how much of it is due to choosing.
    func paired(_ part: KeyPath<Gains, WeightedMean>) -> PairedGain {
      let mean = judged[keyPath: part].mean
      let exact = amplitude * exact.slope
      return PairedGain(
        mean: subset.sampleCount < sampleCount
          ? exact + mean - chosen[keyPath: part].mean : mean,
        standardError: error(of: chosen[keyPath: part]))
    }
    func error(of gain: WeightedMean) -> Double {
      gain.standardError(over: sampleCount) ?? .infinity
    }
    var slope = paired(\.slope)
    // Of noise the halves choose amplitudes far apart: what both choose together varies less than what
    // is judged.
    slope = PairedGain(
      mean: slope.mean, standardError: max(slope.standardError, error(of: judged.slope)))
    return MeasuredGrowth(
      choice: final.candidate.choice, kind: final.candidate.kind,
      gain: .lack(
        ClosedLack(
          gain: paired(\.gain), slope: slope, amplitude: amplitude,
          lack: moments.lack(after: update))))
  }

  /// Neurons, and how what they change fits each sample of the subset.
  private struct Candidate {
    let choice: GrowthProposal.Choice
    let kind: NeuronKind
    let fits: [UpdateFit]
  }

  /// Neurons, and the amplitude that some samples have chosen for them.
  private struct Pick {
    let candidate: Candidate
    let amplitude: Double
  }

  /// The gain of picks on samples, and half its slope at γ = 0.
  private struct Gains {
    var gain = WeightedMean()
    var slope = WeightedMean()
  }

  /// The candidate that gains most on some samples, each at its best amplitude there.
  private func best(of candidates: [Candidate], on isJudge: (Int) -> Bool) -> Pick? {
    let weights = subset.weights
    let rows = (0..<subset.sampleCount).filter(isJudge)
    return candidates.map { candidate in
      var (slope, squaredNorm) = (0.0, 0.0)
      for row in rows {
        slope += (weights?[row] ?? 1) * candidate.fits[row].slope
        squaredNorm += (weights?[row] ?? 1) * candidate.fits[row].squaredNorm
      }
      let pick = Pick(
        candidate: candidate,
        amplitude: UpdateFit(slope: slope, squaredNorm: squaredNorm).bestAmplitude)
      let found = gains(on: rows) { _ in pick }.gain
      return (pick: pick, netGain: found.mean - (found.standardError() ?? 0))
    }.fewest(gain: \.netGain, count: \.pick.candidate.choice.neurons.count)?.pick
  }

  /// The gains of samples, each by its own pick.
  private func gains(on rows: [Int]? = nil, by pick: (Int) -> Pick) -> Gains {
    let (weights, units) = (subset.weights, subset.units)
    var gains = Gains()
    for row in rows ?? Array(0..<subset.sampleCount) {
      let pick = pick(row)
      let (fit, amplitude) = (pick.candidate.fits[row], pick.amplitude)
      let slope = amplitude * fit.slope
      let unitCount = SampleBlock<Scalar>.unitCount
      let (weight, unit) = (weights?[row] ?? 1, units?[row])
      gains.slope.add(slope, weight: weight, unit: unit, of: unitCount)
      gains.gain.add(
        2 * slope - amplitude * amplitude * fit.squaredNorm, weight: weight, unit: unit,
        of: unitCount)
    }
    return gains
  }

  /// ⟨p, V⟩ and ‖V‖² of each sample of the subset.
  private func fits(
    of neurons: NewNeurons, _ start: LayerProblem, _ layer: LayerSubset<Scalar>,
    _ residuals: Matrix<Scalar>
  ) -> [UpdateFit] {
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
    return (0..<rows).map { row in
      var (slope, squaredNorm) = (0.0, 0.0)
      for column in 0..<changes.columns {
        let change = Double(changes[row, column])
        slope += change * Double(residuals[row, column])
        squaredNorm += change * change
      }
      // Twice √w: both are the weight times what they are of the sample.
      let weight = weights?[row] ?? 1
      return UpdateFit(slope: slope / weight, squaredNorm: squaredNorm / weight)
    }
  }
}

extension UpdateFit {
  /// γ ≥ 0 that makes `E‖p − γ V‖²` least.
  var bestAmplitude: Double { squaredNorm > 0 ? max(0, slope / squaredNorm) : 0 }

  /// The gain of V at the best amplitude.
  var bestGain: Double { bestAmplitude * slope }
}
