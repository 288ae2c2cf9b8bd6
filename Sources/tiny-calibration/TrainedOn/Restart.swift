import Growth
import LinearAlgebra
import Networks

/// What is done to a grown network so that it begins again in part: a network that was trained to its end
/// generalizes worse when it is trained on than a new one does.
///
/// Ash and Adams 2020, "On Warm-Starting Neural Network Training" (arXiv:1910.08475).
enum Restart: CaseIterable {
  /// Nothing.
  case none
  /// All weights go some of the way to those of a new network: shrink and perturb.
  case shrunk8, shrunk6, shrunk4
  /// The half of the old units of the grown layer that is used least begins again, without fan-out.
  case redrawn
  /// Nothing, but it is trained on for as many steps as the network from scratch is in all.
  case longer

  /// What the table says.
  var name: String {
    switch self {
    case .none: "as grown"
    case .shrunk8: "shrunk to 0.8"
    case .shrunk6: "shrunk to 0.6"
    case .shrunk4: "shrunk to 0.4"
    case .redrawn: "half redrawn"
    case .longer: "longer"
    }
  }

  private var share: Float? {
    switch self {
    case .shrunk8: 0.8
    case .shrunk6: 0.6
    case .shrunk4: 0.4
    case .none, .redrawn, .longer: nil
    }
  }

  /// The network that is trained on.
  ///
  /// - Parameters:
  ///   - network: grown.
  ///   - layer: the layer that has grown, counted from 0.
  ///   - oldUnits: its units before.
  ///   - seed: decides the new weights.
  /// - Returns: a network of the same shape.
  func applied(
    to network: Network<Float>, layer: Int, oldUnits: Int, seed: UInt64
  ) -> Network<Float> {
    var generator = SeededGenerator(seed: seed)
    var weights = network.layers.map(\.weights)
    let fresh = network.layers.map { layer in
      Matrix<Float>(rows: layer.weights.rows, columns: layer.outputs) { row, _ in
        row < layer.inputs
          ? Float((2 / Double(layer.inputs)).squareRoot() * generator.normal()) : 0
      }
    }
    if let share {
      for index in weights.indices {
        for place in weights[index].storage.indices {
          let new = fresh[index].storage[place]
          weights[index].storage[place] = share * weights[index].storage[place] + (1 - share) * new
        }
      }
    } else if self == .redrawn {
      let (inward, outward) = (weights[layer], weights[layer + 1])
      let uses = (0..<oldUnits).map { unit in
        (0..<inward.rows).reduce(0) { $0 + inward[$1, unit] * inward[$1, unit] }
          * (0..<outward.columns).reduce(0) { $0 + outward[unit, $1] * outward[unit, $1] }
      }
      let least = (0..<oldUnits).sorted { uses[$0] < uses[$1] }.prefix(oldUnits / 2)
      for unit in least {
        for row in 0..<weights[layer].rows { weights[layer][row, unit] = fresh[layer][row, unit] }
        for column in 0..<weights[layer + 1].columns { weights[layer + 1][unit, column] = 0 }
      }
    }
    return Network(
      inputCount: network.inputCount, preprocessing: network.preprocessing,
      layers: zip(network.layers, weights).map { layer, weights in
        Layer(name: layer.name, weights: weights, hasBias: layer.hasBias, stages: layer.stages)
      })
  }
}
