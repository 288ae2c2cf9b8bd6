/// What new neurons gain in the places of dead and duplicate units, at no parameters.
package struct UnitReuse: Equatable, Sendable {
  /// The hidden layer, counted from 0.
  package let layer: Int
  /// How many of its units are dead or duplicates.
  package let units: Int
  /// How many new neurons take their places, at most as many.
  package let neurons: Int
  /// By how much the loss falls, with the best new weights of the next layer beside the neurons.
  package let gain: SubsetGain
  /// The part of the training gain that these weights have without any neuron.
  package let trainingWithoutNeurons: Double

  /// The part of the fall that is the neurons' own, on held-out samples if there are any.
  package var neuronGain: Double {
    gain.heldOutBeyondUpdate?.mean ?? gain.training - trainingWithoutNeurons
  }
}

extension Diagnosis {
  /// The layers with dead or duplicate units whose places are of use: new neurons there lower the loss
  /// beyond what new weights of the next layer do alone. Where no neurons are suggested for the layer, they
  /// do it as clearly, and by as much, as a growth asks.
  package var unitReuses: [UnitReuse] {
    growth.compactMap { growth in
      let units = layers[growth.layer].freeUnits
      guard units > 0, let reuse = growth.reuse(of: units), reuse.neurons > 0,
        reuse.isGain,
        growth.suggestedNeurons > 0
          || reuse.isClear(
            least: criteria.leastGain * LossExcess(of: evaluation, answers).heldOut)
      else { return nil }
      return reuse
    }
  }
}

extension GrowthDiagnosis {
  /// The largest number of neurons within a limit, and their gain: that of all samples where they are the
  /// suggested ones.
  fileprivate func reuse(of units: Int) -> UnitReuse? {
    if let lossGain, suggestedNeurons <= units {
      return UnitReuse(
        layer: layer, units: units, neurons: suggestedNeurons,
        gain: SubsetGain(
          training: lossGain.measured, heldOut: lossGain.heldOut,
          heldOutBeyondUpdate: lossGain.heldOutBeyondUpdate),
        trainingWithoutNeurons: lossGain.measuredWithoutNeurons)
    }
    let alone = curve.first?.lossGain?.training ?? 0
    return curve.last { $0.neurons <= units && $0.lossGain != nil }.flatMap { point in
      point.lossGain.map {
        UnitReuse(
          layer: layer, units: units, neurons: point.neurons, gain: $0,
          trainingWithoutNeurons: alone)
      }
    }
  }
}

extension UnitReuse {
  /// Whether the loss falls, and by the neurons, too.
  fileprivate var isGain: Bool {
    guard gain.training > max(0, trainingWithoutNeurons), neuronGain > 0 else { return false }
    return gain.heldOut.map { $0.mean > LossGain.significanceInTotal * $0.standardError } ?? true
  }

  /// Whether what the neurons gain is beyond chance, and so much at least.
  fileprivate func isClear(least: Double) -> Bool {
    guard neuronGain >= least else { return false }
    return gain.heldOutBeyondUpdate.map {
      $0.mean > MeasuredGrowth.significance * $0.standardError
    } ?? true
  }
}
