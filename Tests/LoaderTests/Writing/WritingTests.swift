import Growth
import HDF5
import Loader
import Networks
import TestSupport
import Testing

@Suite struct WritingTests {
  @Test(
    "what was written reads as the grown network, and all else of the file is the same",
    arguments: writableFixtures, [1, 3])
  func identity(_ fixture: String, _ count: Int) throws {
    let path = fixturePath(fixture)
    let before = try bytes(of: path)
    let model = try loadModel(at: path)
    for layer in model.network.layers.indices.dropLast() {
      try withTemporaryFolder { folder in
        let grown = try model.network.grownAtRandom(layer: layer, count: count, seed: layer)
        let written = try write(
          grown, grownFrom: model, to: "\(folder)/out.h5", options: WritingOptions(withData: true))
        #expect(written.model.path == "\(folder)/out.h5")
        let read = try loadModel(at: "\(folder)/out.h5")
        #expect(read.network == grown)
        #expect(read.network.layers.map(\.bits) == grown.layers.map(\.bits))
        #expect(read.loss == model.loss)
        #expect(read.inputShape == model.inputShape)
        #expect(read.producer == model.producer)
        #expect(read.carriesData == model.carriesData)
        try expectOnlyGrowth(from: path, to: "\(folder)/out.h5", layer: layer, of: model)
      }
    }
    #expect(try bytes(of: path) == before)
  }

  /// Compares two files object by object; what growth of one layer touches may differ.
  private func expectOnlyGrowth(
    from path: String, to out: String, layer: Int, of model: LoadedModel
  ) throws {
    // The optimizer's state has tests of its own.
    func objects(_ path: String) throws -> [String: HDF5Listing.Object] {
      try HDF5Listing(path).objects.filter { !$0.key.hasPrefix("/optimizer_weights") }
    }
    let (old, new) = (try objects(path), try objects(out))
    #expect(old.keys.sorted() == new.keys.sorted())
    let (name, next) = (
      model.network.layers[layer].name, model.network.layers[layer + 1].name
    )
    let names = model.structure.map(\.name)
    let first = try #require(names.firstIndex(of: name))
    let last = try #require(names.firstIndex(of: next))
    let touched = Set(names[first...last])
    for (place, object) in old {
      var expected = object
      var found = try #require(new[place])
      let parts = Set(
        place.split(separator: "/").flatMap { [String($0), String($0.dropFirst(4))] })
      if place == "/" {
        for attribute in ["model_config", "training_config"] {
          expected.attributes[attribute] = nil
          found.attributes[attribute] = nil
        }
        expected.form = expected.form.replacing(" optimizer_weights", with: "")
        found.form = found.form.replacing(" optimizer_weights", with: "")
      } else if !parts.isDisjoint(with: touched), object.form.hasPrefix("dataset") {
        expected.shape = found.shape
        expected.bytes = found.bytes
      }
      #expect(found == expected, "\(place)")
    }
  }

  @Test(
    "without an amplitude the old weights keep their bytes", arguments: writableFixtures)
  func bytesKept(_ fixture: String) throws {
    let path = fixturePath(fixture)
    let model = try loadModel(at: path)
    for layer in model.network.layers.indices.dropLast() {
      try withTemporaryFolder { folder in
        let grown = try model.network.grownAtRandom(layer: layer, count: 2, amplitude: 0, seed: 1)
        try write(
          grown, grownFrom: model, to: "\(folder)/out.h5", options: WritingOptions(withData: true))
        let old = try HDF5Listing(path).objects
        for (place, object) in try HDF5Listing("\(folder)/out.h5").objects
        where object.form.hasPrefix("dataset") {
          let origin = try #require(old[place])
          #expect(kept(origin, in: object) == origin.bytes, "\(place)")
        }
      }
    }
  }

  /// The bytes of a larger array that are at the places of a smaller one.
  private func kept(_ old: HDF5Listing.Object, in new: HDF5Listing.Object) -> [UInt8] {
    if old.shape.count != 2 { return Array(new.bytes.prefix(old.bytes.count)) }
    let size = old.bytes.count / max(1, old.shape[0] * old.shape[1])
    let (oldWidth, newWidth) = (old.shape[1] * size, new.shape[1] * size)
    var bytes: [UInt8] = []
    for row in 0..<old.shape[0] {
      bytes += new.bytes[row * newWidth..<row * newWidth + oldWidth]
    }
    return bytes
  }

  @Test("ten growths in a row, each from the file of the one before", arguments: writableFixtures)
  func inARow(_ fixture: String) throws {
    try withTemporaryFolder { folder in
      var model = try loadModel(at: fixturePath(fixture))
      let old = model.network
      for round in 0..<10 {
        let layer = round % (model.network.layers.count - 1)
        let grown = try model.network.grownAtRandom(layer: layer, count: 2, seed: round)
        let record = GrowthRecord(
          date: "2026-01-0\(round)T00:00:00Z", version: "0.1", layer: grown.layers[layer].name,
          unitsBefore: model.network.layers[layer].outputs, unitsAdded: 2, method: "random",
          predictedLossGain: 0.5 / Double(round), measuredLossGain: nil)
        model = try write(
          grown, grownFrom: model, to: "\(folder)/\(round).h5",
          options: WritingOptions(history: [record])
        ).model
        #expect(model.network == grown)
        #expect(model.history.count == round + 1)
        #expect(model.history.last?.layer == grown.layers[layer].name)
      }
      #expect(model.history[0].predictedLossGain == nil)
      #expect(model.history[4].predictedLossGain == 0.125)
      let units = { (network: Network<Float>) in network.layers.reduce(0) { $0 + $1.outputs } }
      #expect(units(model.network) == units(old) + 20)
    }
  }

  @Test("several layers grown at once, and copies of units")
  func several() throws {
    try withTemporaryFolder { folder in
      let model = try loadModel(at: fixturePath("wine-functional-bn/model.h5"))
      var grown = try model.network.grownAtRandom(layer: 0, count: 3, seed: 1)
      grown = try grown.grownAtRandom(layer: 1, count: 2, seed: 2)
      grown = try grown.grown(
        by: .net2wider(layer: 1, count: 2, of: grown, seed: 3))
      try write(grown, grownFrom: model, to: "\(folder)/out.h5")
      #expect(try loadModel(at: "\(folder)/out.h5").network == grown)
    }
  }
}
