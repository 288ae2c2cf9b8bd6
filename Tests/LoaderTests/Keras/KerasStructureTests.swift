import Foundation
import HDF5
import Networks
import TestSupport
import Testing

@testable import Loader

/// Grown files beside those that Keras saves of models it built as wide itself:
/// `fixtures/making/make_grown.py`.
@Suite struct KerasStructureTests {
  private static let names = [
    "digits-keras3", "digits-keras2", "wine-functional-bn", "breast-cancer-sigmoid",
    "images-flatten", "diabetes-regression",
  ]

  /// Every hidden layer a unit wider than the one before: 2, 3, … units more.
  private func grown(_ network: Network<Float>) throws -> Network<Float> {
    try network.layers.indices.dropLast().reduce(network) {
      try $0.grownAtRandom(layer: $1, count: $1 + 2, seed: $1)
    }
  }

  @Test("a grown file has the structure of the one Keras saves of such a model", arguments: names)
  func structure(_ name: String) throws {
    try withTemporaryFolder { folder in
      let model = try loadModel(at: fixturePath("\(name)/\(expected(name).model)"))
      try write(grown(model.network), grownFrom: model, to: "\(folder)/out.h5")
      let path = fixturePath("keras/grown/\(name).h5")
      var (found, wanted) = (
        try HDF5Listing("\(folder)/out.h5").objects, try HDF5Listing(path).objects
      )
      // Samples in the model's own file, which are none of Keras's.
      found = found.filter { !$0.key.hasPrefix("/data") }
      for configuration in ["model_config", "training_config"] {
        #expect(
          try json(configuration, in: "\(folder)/out.h5") == json(configuration, in: path))
        found["/"]?.attributes[configuration] = nil
        wanted["/"]?.attributes[configuration] = nil
      }
      found["/"]?.form.replace(" data", with: "")
      // The state of the optimizer has a test of its own.
      found = found.filter { !$0.key.hasPrefix("/optimizer_weights") }
      wanted = wanted.filter { !$0.key.hasPrefix("/optimizer_weights") }
      found["/"]?.form.replace(" optimizer_weights", with: "")
      wanted["/"]?.form.replace(" optimizer_weights", with: "")
      for place in Set(found.keys).union(wanted.keys).sorted() {
        // Only the numbers may differ.
        found[place]?.bytes = []
        wanted[place]?.bytes = []
        #expect(found[place] == wanted[place], "\(place)")
      }
    }
  }

  private func json(_ attribute: String, in path: String) throws -> JSONValue {
    let text = try #require(try File(path).root.attribute(attribute)?.text())
    return try JSONValue(parsing: text)
  }
}
