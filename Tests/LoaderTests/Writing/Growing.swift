import Diagnostics
import Growth
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

/// The model files of the fixtures that can be written.
let writableFixtures = [
  "digits-keras3/digits.h5", "digits-keras2/model.h5", "wine-functional-bn/model.h5",
  "breast-cancer-sigmoid/model.h5", "images-flatten/model.h5", "diabetes-regression/model.h5",
  "diabetes-regression/native.h5", "files/texts/latest-native.h5",
]

/// A model of the fixtures that Keras itself can load again once it has grown.
struct WritableModel: CustomTestStringConvertible, Sendable {
  let folder: String
  let file: String
  var architecture: String?
  var activations: [Activation]?

  var testDescription: String { "\(folder)/\(file)" }

  func load() throws -> LoadedModel {
    let options = ModelOptions(
      architecture: architecture.map { fixturePath("\(folder)/\($0)") }, activations: activations)
    return try loadModel(at: fixturePath("\(folder)/\(file)"), options)
  }

  /// Archives and files of weights alone.
  static let apart = [
    WritableModel(folder: "digits-keras3", file: "digits.keras"),
    WritableModel(folder: "digits-keras2", file: "model.keras"),
    WritableModel(folder: "wine-functional-bn", file: "model.keras"),
    WritableModel(folder: "every-format", file: "repacked.keras"),
    WritableModel(folder: "keras/layers", file: "model.keras"),
    WritableModel(
      folder: "wine-functional-bn", file: "model.weights.h5", architecture: "architecture.json"),
    WritableModel(folder: "every-format", file: "model.weights.h5", architecture: "config.json"),
    WritableModel(
      folder: "every-format", file: "legacy-weights.h5", architecture: "legacy-architecture.json"),
  ]

  static let all =
    writableFixtures.filter { !$0.hasSuffix("native.h5") }.map { path in
      let parts = path.split(separator: "/").map(String.init)
      return WritableModel(folder: parts[0], file: parts[1])
    } + apart
}

extension Network<Float> {
  /// The network with units of random weights in a hidden layer, and random changes beside them.
  func grownAtRandom(
    layer: Int, count: Int, amplitude: Double = 1, withUpdate: Bool = true, seed: Int
  ) throws -> Network {
    var random = SeededGenerator(seed: seed)
    let (wide, next) = (layers[layer], layers[layer + 1])
    let scale = amplitude == 0 ? 1 : 0.1
    return try grown(
      by: Addition(
        layer: layer, fanIn: scale * random.normalMatrix(wide.weights.rows, count),
        fanOut: scale * random.normalMatrix(count, next.outputs),
        weightUpdate: withUpdate
          ? 0.01 * random.normalMatrix(next.weights.rows, next.outputs) : nil,
        // Without a bias to take a new unit's φ(0) away, it has to be a copy, by its name.
        copiedUnits: next.hasBias ? nil : [Int](repeating: 0, count: count)),
      amplitudes: amplitude * .whole)
  }
}

extension Layer<Float> {
  /// The weights, bit for bit.
  var bits: [UInt32] { weights.storage.map(\.bitPattern) }
}
