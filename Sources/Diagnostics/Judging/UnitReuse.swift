/// What new neurons gain in the places of dead and duplicate units, at no parameters.
package struct UnitReuse: Equatable, Sendable {
  /// The hidden layer, counted from 0.
  package let layer: Int
  /// How many of its units are dead or duplicates.
  package let units: Int
  /// How many new neurons take their places, at most as many.
  package let neurons: Int
  /// By how much the loss falls.
  package let gain: SubsetGain
}

extension Diagnosis {
  /// The layers with dead or duplicate units whose places are of use: new neurons there lower the loss, of
  /// held-out samples by more than two standard errors.
  package var unitReuses: [UnitReuse] {
    growth.compactMap { growth in
      let units = layers[growth.layer].freeUnits
      guard units > 0, let (neurons, gain) = growth.gain(ofAtMost: units), neurons > 0,
        gain.training > 0,
        gain.heldOut.map({ $0.mean > 2 * $0.standardError }) ?? true
      else { return nil }
      return UnitReuse(layer: growth.layer, units: units, neurons: neurons, gain: gain)
    }
  }
}

extension GrowthDiagnosis {
  /// The largest number of neurons within a limit, and their gain: that of all samples where they are the
  /// suggested ones.
  fileprivate func gain(ofAtMost limit: Int) -> (neurons: Int, gain: SubsetGain)? {
    if let lossGain, suggestedNeurons <= limit {
      return (
        suggestedNeurons, SubsetGain(training: lossGain.measured, heldOut: lossGain.heldOut)
      )
    }
    return curve.last { $0.neurons <= limit && $0.lossGain != nil }.flatMap { point in
      point.lossGain.map { (point.neurons, $0) }
    }
  }
}
