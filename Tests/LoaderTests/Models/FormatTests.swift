import Foundation
import Loader
import Networks
import TestSupport
import Testing

@Suite struct FormatTests {
  private static let activations: [Activation] = [.relu, .tanh, .softmax]
  static let everyFormat: [WritableModel] =
    ["model.h5", "model.keras", "repacked.keras", "native.h5"].map {
      WritableModel(folder: "every-format", file: $0)
    }
    + [
      WritableModel(
        folder: "every-format", file: "model.weights.h5", architecture: "architecture.json"),
      WritableModel(folder: "every-format", file: "model.weights.h5", architecture: "config.json"),
      WritableModel(
        folder: "every-format", file: "legacy-weights.h5", architecture: "legacy-architecture.json"),
      WritableModel(folder: "every-format", file: "state.h5", activations: activations),
      WritableModel(folder: "every-format", file: "state-named.h5", activations: activations),
    ]

  @Test("every layout holds the very same numbers", arguments: everyFormat)
  func sameNumbers(_ model: WritableModel) throws {
    let native = try loadModel(at: fixturePath("every-format/native.h5"))
    let read = try model.load()
    #expect(read.network.layers.map(\.bits) == native.network.layers.map(\.bits))
    #expect(read.network.layers.map(\.stages) == native.network.layers.map(\.stages))
    #expect(read.inputShape == [4])
    #expect(read.loss == nil || read.loss == native.loss)
    #expect((read.loss == nil) == (model.activations != nil || model.file == "legacy-weights.h5"))
  }

  @Test("an archive reads as the same model in HDF5")
  func archives() throws {
    for (folder, archive, whole) in [
      ("digits-keras3", "digits.keras", "digits.h5"), ("digits-keras2", "model.keras", "model.h5"),
      ("wine-functional-bn", "model.keras", "model.h5"),
    ] {
      let model = try loadModel(at: fixturePath("\(folder)/\(archive)"))
      let same = try loadModel(at: fixturePath("\(folder)/\(whole)"))
      #expect(model.format == .kerasArchive)
      #expect(model.network == same.network)
      #expect(model.loss == same.loss)
      #expect(model.producer == same.producer)
      #expect(model.structure == same.structure)
      #expect(model.notes == same.notes)
      #expect(!model.carriesData)
    }
  }

  @Test(
    "what was written in kind reads as the grown network, also when that grows on",
    arguments: WritableModel.apart + everyFormat)
  func growing(_ fixture: WritableModel) throws {
    let model = try fixture.load()
    try withTemporaryFolder { folder in
      var written = model
      for round in 0..<4 {
        let layer = round % 2
        let grown = try written.network.grownAtRandom(layer: layer, count: 1 + round, seed: round)
        let path = "\(folder)/\(round)-\(fixture.file)"
        let record = GrowthRecord(
          date: "2026-01-01T00:00:00Z", version: "0.1", layer: grown.layers[layer].name,
          unitsBefore: 1, unitsAdded: 1, method: "random")
        written = try write(
          grown, grownFrom: written, to: path, options: WritingOptions(history: [record])
        ).model
        #expect(written.path == path)
        let read = try loadModel(at: path, written.options)
        #expect(read.network.layers.map(\.bits) == grown.layers.map(\.bits))
        #expect(read.network == grown)
        #expect(read.loss == model.loss)
        #expect(read.format == model.format)
        #expect(read.history.count == round + 1)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files.count == (fixture.architecture == nil ? 4 : 8))
    }
  }

  private struct Interruption: Error {}

  @Test(
    "a writing that is interrupted leaves nothing behind, whatever the format",
    arguments: [everyFormat[1], everyFormat[4], everyFormat[7]], WritingStep.allCases)
  func interrupted(_ fixture: WritableModel, _ last: WritingStep) throws {
    let model = try fixture.load()
    let grown = try model.network.grownAtRandom(layer: 0, count: 1, seed: 1)
    try withTemporaryFolder { folder in
      #expect(throws: ModelError.self) {
        try write(
          grown, grownFrom: model, to: "\(folder)/\(fixture.file)", options: WritingOptions(),
          verify: { _ in }, pause: { step in if step == last { throw Interruption() } })
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test("an archive keeps the members that growth does not touch, byte for byte")
  func members() throws {
    let path = fixturePath("wine-functional-bn/model.keras")
    let metadata = "{\"keras_version\": \"3.15.1\", \"date_saved\": "
    let before = try bytes(of: path)
    try withTemporaryFolder { folder in
      let model = try loadModel(at: path)
      let grown = try model.network.grownAtRandom(layer: 0, count: 2, seed: 1)
      try write(grown, grownFrom: model, to: "\(folder)/out.keras")
      let after = try bytes(of: "\(folder)/out.keras")
      let start = try #require(before.firstRange(of: Array(metadata.utf8))?.lowerBound)
      #expect(after.prefix(start + 64) == before.prefix(start + 64))
    }
    #expect(try bytes(of: path) == before)
  }

  @Test("the architecture goes beside the weights, and is looked at before any work is done")
  func architectureBeside() throws {
    let model = try FormatTests.everyFormat[4].load()
    #expect(
      architecturePath(for: "a/grown.weights.h5", grownFrom: model)
        == "a/grown.architecture.json")
    #expect(architecturePath(for: "grown", grownFrom: model) == "grown.architecture.json")
    let whole = try FormatTests.everyFormat[0].load()
    #expect(architecturePath(for: "a.h5", grownFrom: whole) == nil)
    try withTemporaryFolder { folder in
      try write([0x7B], to: "\(folder)/g.architecture.json")
      let expected = """
        g.architecture.json: is there already
          choose another name, or let it be replaced
        """
      #expect(
        errorText(in: folder) {
          try checkIsWritable("\(folder)/g.weights.h5", grownFrom: model)
        } == expected)
      let grown = try model.network.grownAtRandom(layer: 0, count: 1, seed: 0)
      #expect(
        errorText(in: folder) {
          try write(grown, grownFrom: model, to: "\(folder)/g.weights.h5")
        } == expected)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder) == ["g.architecture.json"])
    }
  }

  @Test("what a file tells itself is not to be told again")
  func superfluous() {
    let folder = fixturePath("every-format")
    #expect(
      errorText(in: folder) {
        _ = try loadModel(
          at: "\(folder)/model.keras", ModelOptions(architecture: "\(folder)/config.json"))
      } == "model.keras: holds its own architecture\n  give no architecture")
    #expect(
      errorText(in: folder) {
        _ = try loadModel(at: "\(folder)/native.h5", ModelOptions(activations: [.relu]))
      } == "native.h5: tells its activations itself\n  give no activations")
  }
}

@Suite struct ArchitectureFileTests {
  private func text(_ architecture: String, weights: String = "model.weights.h5") throws -> String {
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(
        atPath: fixturePath("every-format/\(weights)"), toPath: "\(folder)/w.h5")
      try write(Array(architecture.utf8), to: "\(folder)/a.json")
      return errorText(in: folder) {
        _ = try loadModel(
          at: "\(folder)/w.h5", ModelOptions(architecture: "\(folder)/a.json"))
      }
    }
  }

  private func architecture() throws -> String {
    String(decoding: try bytes(of: fixturePath("every-format/architecture.json")), as: UTF8.self)
  }

  @Test("a file that is no architecture is named")
  func noArchitecture() throws {
    #expect(try text("").hasPrefix("a.json: the file is empty"))
    #expect(try text("{").hasPrefix("a.json: is not valid JSON"))
    #expect(try text("{}").hasPrefix("a.json: describes no layers"))
    let folder = fixturePath("every-format")
    #expect(
      errorText(in: folder) {
        _ = try loadModel(
          at: "\(folder)/model.weights.h5", ModelOptions(architecture: "\(folder)/none.json"))
      } == "none.json: no such file\n  check the path")
  }

  @Test("an architecture of another model is told by its weights")
  func anotherModel() throws {
    let one = try architecture()
    #expect(
      try text(one.replacing("\"units\": 6", with: "\"units\": 7")) == """
        w.h5: /layers/dense/vars/0: shape (4, 6), expected (4, 7)
          save the whole model again in one call
        """)
    #expect(
      try text(one.replacing("\"use_bias\": true", with: "\"use_bias\": false")) == """
        w.h5: layer first (/layers/dense/vars): lists 2 weights, expected kernel
          the file was changed or not fully written: save the whole model again in one call
        """)
    let wine = String(
      decoding: try bytes(of: fixturePath("wine-functional-bn/architecture.json")), as: UTF8.self)
    #expect(try text(wine).hasPrefix("w.h5: /layers/normalization: not found"))
  }

  @Test("a class is the author's own if its module is, whatever its name")
  func ownClasses() throws {
    let one = try architecture()
    #expect(
      try text(
        one.replacing(
          #""module": "keras.layers", "class_name": "Dense""#,
          with: #""module": "mine.layers", "class_name": "Dense""#)
      ).hasPrefix("a.json: layer first: mine.layers>Dense is a class of its author's own"))
  }
}

@Suite struct StateDictionaryTests {
  private func text(
    _ activations: [Activation]?, _ write: (HDF5Writer) -> Void
  ) throws -> String {
    try withTemporaryFolder { folder in
      write(try HDF5Writer("\(folder)/s.h5"))
      return errorText(in: folder) {
        _ = try loadModel(at: "\(folder)/s.h5", ModelOptions(activations: activations))
      }
    }
  }

  private func layers(_ shapes: [(name: String, outputs: Int, inputs: Int)]) -> (HDF5Writer) -> Void
  {
    { writer in
      for (name, outputs, inputs) in shapes {
        writer.dataset(
          "\(name).weight", [Double](repeating: 0.5, count: outputs * inputs),
          shape: [outputs, inputs])
      }
    }
  }

  private func order(_ shapes: [(name: String, outputs: Int, inputs: Int)]) throws -> [String] {
    try withTemporaryFolder { folder in
      layers(shapes)(try HDF5Writer("\(folder)/s.h5"))
      let options = ModelOptions(
        activations: [Activation](repeating: .relu, count: shapes.count))
      return try loadModel(at: "\(folder)/s.h5", options).network.layers.map(\.name)
    }
  }

  @Test("layers come in the order of their numbers, or else of their shapes")
  func order() throws {
    #expect(try order([("2", 3, 2), ("10", 1, 3)]) == ["2", "10"])
    #expect(try order([("net.10.fc", 2, 2), ("net.9.fc", 2, 2)]) == ["net.9.fc", "net.10.fc"])
    #expect(
      try order([("encoder", 3, 5), ("decoder", 4, 3), ("out", 1, 4)])
        == ["encoder", "decoder", "out"])
    #expect(
      try text([.relu, .relu, .relu], layers([("a", 2, 2), ("b", 2, 2), ("c", 2, 2)])) == """
        s.h5: does not tell the order of the layers a, b, c
          number the layers, as in 0.weight, 2.weight, 4.weight
        """)
  }

  @Test("one activation for each layer")
  func count() throws {
    #expect(
      try text([.relu], layers([("0", 3, 2), ("2", 1, 3)])) == """
        s.h5: 1 activations are named for 2 layers: 0, 2
          name one for each layer, linear where there is none
        """)
  }

  @Test("what is no fully connected layer is refused by name")
  func refused() throws {
    #expect(
      try text([.relu]) { $0.dataset("conv.weight", [1, 2], shape: [1, 2, 1, 1]) } == """
        s.h5: /conv.weight: shape (1, 2, 1, 1), expected (outputs, inputs) of a fully connected layer
          only chains of fully connected layers can be diagnosed
        """)
    #expect(
      try text([.relu]) {
        $0.dataset("0.weight", [1, 2], shape: [1, 2])
        $0.dataset("1.running_mean", [1], shape: [1])
      } == """
        s.h5: /1.running_mean: has a member running_mean, which the layout does not know
          a layer's group holds weight and bias only
        """)
    #expect(
      try text([.relu, .relu], layers([("0", 3, 2), ("2", 1, 4)])) == """
        s.h5: /2.weight: shape (1, 4) does not follow the previous layer's 3 units
          the layers come from different models: save the whole model again in one call
        """)
  }

  @Test("of a network with convolutions, the fully connected layers are named")
  func convolutions() throws {
    #expect(
      try text([.relu]) {
        $0.dataset("features.0.weight", [1, 2], shape: [1, 2, 1, 1])
        $0.dataset("classifier.0.weight", [1, 2], shape: [1, 2])
        $0.dataset("classifier.3.weight", [1], shape: [1, 1])
      } == """
        s.h5: /features.0.weight: is of a convolution; the fully connected layers of the file are \
        classifier.0, classifier.3
          record the activations of those layers: docs/export.md#recorded-activations
        """)
  }

  @Test("layers of a list stay together and in order between two that have names")
  func lists() throws {
    #expect(
      try order([("front", 4, 2), ("hidden.1", 4, 4), ("hidden.0", 4, 4), ("top", 3, 4)])
        == ["front", "hidden.0", "hidden.1", "top"])
  }

  @Test("a normalization whose place cannot be told is refused")
  func normalizationPlace() throws {
    #expect(
      try text([.relu, .relu]) { writer in
        layers([("first", 2, 2), ("second", 2, 2), ("out", 1, 2)])(writer)
        for name in ["running_mean", "running_var"] {
          writer.dataset("norm.\(name)", [1, 1], shape: [2])
        }
      }.hasPrefix("s.h5: does not tell the order of the layers"))
    #expect(
      try text([.relu, .relu]) { writer in
        layers([("first", 2, 3), ("second", 2, 2)])(writer)
        for name in ["running_mean", "running_var"] {
          writer.dataset("norm.\(name)", [1, 1], shape: [2])
        }
      } == """
        s.h5: layer norm: normalizes, and its name does not tell which of first, second it follows
          name the layers by number, as in 0.weight, 1.running_mean, 3.weight
        """)
  }

  @Test("samples beside the weights are samples")
  func samples() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/s.h5")
        layers([("0", 1, 2)])(writer)
        writer.dataset("data/x", [0, 1, 2, 3], shape: [2, 2])
        writer.dataset("data/y", [0, 1], shape: [2])
      }
      let model = try loadModel(at: "\(folder)/s.h5", ModelOptions(activations: [.linear]))
      #expect(model.carriesData)
      #expect(
        try openSamples(for: model).loss
          == .binaryCrossentropy(fromLogits: true, labelSmoothing: 0))
    }
  }
}
