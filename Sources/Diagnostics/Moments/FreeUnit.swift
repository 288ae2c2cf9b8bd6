import LinearAlgebra
package import Networks

/// A unit of a hidden layer whose place can be given to a new one: without it the network computes
/// the same, for the samples at hand.
package struct FreeUnit: Equatable, Sendable {
  /// Its place in the layer.
  package let place: Int
  /// What it answers to every sample; `nil` if it answers what another unit does.
  package let value: Double?
  /// The unit that answers the same, if there is one.
  package let twin: Int?

  /// The units of a layer that are free: those that answer the same to every sample, then those of the
  /// same fan-in as an earlier one.
  ///
  /// - Parameters:
  ///   - layer: a hidden layer, counted from 0.
  ///   - network: the network.
  ///   - moments: of the network.
  /// - Returns: none where a scale and shift, a PReLU or a normalization between the layers belongs to
  ///   the units, as it would have to change with them.
  package static func all<Scalar>(
    ofLayer layer: Int, in network: Network<Scalar>, moments: Moments
  ) -> [FreeUnit] {
    let (own, next) = (network.layers[layer], network.layers[layer + 1])
    let actsOnUnitsAlone = own.stages.allSatisfy {
      if case .activation = $0 { true } else { false }
    }
    guard actsOnUnitsAlone, !own.couplesUnits else { return [] }
    let around = moments.layers[layer + 1]
    let dead = around.constantInputs.map { unit in
      let mean = around.hasBias ? around.secondMoment[unit, around.secondMoment.order - 1] : 0
      return FreeUnit(place: unit, value: around.reference[unit] + mean, twin: nil)
    }.filter { next.hasBias || $0.value == 0 }
    let constant = Set(around.constantInputs)
    var first: [[Double]: Int] = [:]
    var twins: [FreeUnit] = []
    for unit in 0..<own.outputs where !constant.contains(unit) {
      let fanIn = (0..<own.weights.rows).map { Double(own.weights[$0, unit]) }
      if let earlier = first[fanIn] {
        twins.append(FreeUnit(place: unit, value: nil, twin: earlier))
      } else {
        first[fanIn] = unit
      }
    }
    return dead + twins
  }
}
