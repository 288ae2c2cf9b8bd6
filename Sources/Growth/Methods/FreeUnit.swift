package import Diagnostics
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

extension Network {
  /// The network in which the last units of a hidden layer stand in the places of free ones.
  ///
  ///     bias ← bias + c_j K[j, :]      of a dead unit j that always answers c_j
  ///     K[i, :] ← K[i, :] + K[j, :]    of a unit j that answers what i does
  ///
  /// with K the kernel of the next layer. The function stays the same for samples like those that the
  /// units were found on.
  ///
  /// - Parameters:
  ///   - free: units to give away, of the layer as it was before the last ones came.
  ///   - layer: the hidden layer, counted from 0; it has at least as many new units behind the old ones.
  /// - Returns: the network, whose layer has as many units fewer.
  func movingLastUnits(into free: [FreeUnit], ofLayer layer: Int) -> Network {
    let (own, next) = (layers[layer], layers[layer + 1])
    let width = own.outputs
    var (fanIn, fanOut) = (own.weights, next.weights)
    for unit in free {
      for column in 0..<next.outputs {
        if let twin = unit.twin {
          fanOut[twin, column] += fanOut[unit.place, column]
        } else if let value = unit.value, value != 0, next.hasBias {
          fanOut[width, column] += Scalar(value) * fanOut[unit.place, column]
        }
      }
    }
    for (index, unit) in free.enumerated() {
      let last = width - free.count + index
      for row in 0..<fanIn.rows { fanIn[row, unit.place] = fanIn[row, last] }
      for column in 0..<next.outputs { fanOut[unit.place, column] = fanOut[last, column] }
    }
    let kept = Array(0..<(width - free.count))
    var moved = layers
    moved[layer] = Layer(
      name: own.name, weights: Matrix(rows: fanIn.rows, columns: kept.count) { fanIn[$0, $1] },
      hasBias: own.hasBias,
      stages: own.stages)
    moved[layer + 1] = Layer(
      name: next.name, weights: fanOut.selectingRows(kept + (next.hasBias ? [width] : [])),
      hasBias: next.hasBias, stages: next.stages)
    return Network(inputCount: inputCount, preprocessing: preprocessing, layers: moved)
  }
}
