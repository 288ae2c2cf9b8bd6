import Diagnostics
import LinearAlgebra
import Networks

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
