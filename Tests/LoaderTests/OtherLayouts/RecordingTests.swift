import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite("Recordings") struct RecordingTests {
  /// What is found in a file of two layers that `change` was made to.
  private func opened(_ change: (HDF5Writer) -> Void = { _ in }) throws -> Recording {
    try openedWhole(change).training
  }

  private func openedWhole(
    weights: SampleWeightChoice = .found, validation: String? = nil,
    _ change: (HDF5Writer) -> Void = { _ in }
  ) throws -> OpenedRecording {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/r.h5")
        writer.dataset("activations/2_a/input", [1, 2, 3, 4], shape: [2, 2])
        writer.dataset("activations/2_a/gradient", [5, -6], shape: [2, 1], as: .float64)
        writer.dataset("activations/10_b/input", [7, 8], shape: [2, 1])
        writer.dataset("activations/10_b/desired_update", [9, 10, 11, 12], shape: [2, 2])
        writer.attribute("activation", of: "/activations/2_a", "relu")
        writer.attribute("activation", of: "/activations/10_b", "softmax")
        change(writer)
      }
      return try #require(
        try openRecording(at: "\(folder)/r.h5", weights: weights, validation: validation))
    }
  }

  @Test("a sample is the inputs of each layer in order, then its desired updates")
  func rows() throws {
    let recording = try opened()
    #expect(recording.sampleCount == 2 && recording.inputCount == 6)
    var rows = Matrix<Float>(rows: 0, columns: 0)
    #expect(try recording.read(0..<2, into: &rows) == .values(Matrix(rows: 2, columns: 0)))
    #expect(rows.storage == [1, 2, 7, -5, 9, 10, 3, 4, 8, 6, 11, 12])
    _ = try recording.read(1..<2, into: &rows)
    #expect(rows.storage == [3, 4, 8, 6, 11, 12])
  }

  @Test("layers have a bias unless the file says otherwise")
  func bias() throws {
    #expect(try opened().network.layers.map(\.hasBias) == [true, true])
    let changed = try opened { writer in
      writer.attribute("bias", of: "/activations/2_a", integer: 0)
      writer.dataset("activations/10_b/weight", [1, 2], shape: [2, 1])
    }
    #expect(changed.network.layers.map(\.hasBias) == [false, false])
    let both = try opened { writer in
      writer.dataset("activations/10_b/weight", [1, 2], shape: [2, 1])
      writer.dataset("activations/10_b/bias", [1, 2], shape: [2])
    }
    #expect(both.network.layers.map(\.hasBias) == [true, true])
  }

  @Test("names, functions, and the loss are told")
  func facts() throws {
    let recording = try opened { writer in
      writer.attribute("loss_value", of: "/activations", number: 0.25)
      writer.attribute("loss", of: "/activations", "focal")
    }
    #expect(recording.network.layers.map(\.name) == ["a", "b"])
    #expect(recording.network.layers[0].stages == [.activation(.relu)])
    #expect(recording.lossValue == 0.25 && recording.lossName == "focal")
    let layered = try opened { $0.attribute("loss_value", of: "/activations/10_b", number: 0.5) }
    #expect(layered.lossValue == 0.5 && layered.lossName == nil)
  }

  /// Three samples of the same layers, held out.
  private func hold(
    _ writer: HDF5Writer, in place: String = "validation/activations", units: Int = 1,
    activation: String = "relu"
  ) {
    let count = 3
    writer.dataset(
      "\(place)/0_a/input", [Double](repeating: 1, count: 2 * count), shape: [count, 2])
    writer.dataset(
      "\(place)/0_a/gradient", [Double](repeating: 2, count: units * count), shape: [count, units])
    writer.dataset(
      "\(place)/1_b/input", [Double](repeating: 3, count: units * count), shape: [count, units])
    writer.dataset(
      "\(place)/1_b/gradient", [Double](repeating: 4, count: 2 * count), shape: [count, 2])
    writer.attribute("activation", of: "/\(place)/0_a", activation)
    writer.attribute("activation", of: "/\(place)/1_b", "softmax")
    writer.attribute("loss_value", of: "/\(place)", number: 0.75)
  }

  @Test("held-out samples stand in /validation/activations, or in a file of their own")
  func validation() throws {
    #expect(try openedWhole().validation == nil)
    let own = try #require(try openedWhole { hold($0) }.validation)
    #expect(own.sampleCount == 3 && own.lossValue == 0.75)
    var rows = Matrix<Float>(rows: 0, columns: 0)
    _ = try own.read(2..<3, into: &rows)
    #expect(rows.storage == [1, 1, 3, -2, -4, -4])
    try withTemporaryFolder { folder in
      do { hold(try HDF5Writer("\(folder)/v.h5"), in: "activations") }
      let apart = try openedWhole(validation: "\(folder)/v.h5")
      #expect(apart.validation?.sampleCount == 3 && apart.validation?.path == "\(folder)/v.h5")
    }
  }

  @Test("held-out samples of another network are refused")
  func otherNetwork() throws {
    let wide = #expect(throws: ModelError.self) { try openedWhole { hold($0, units: 3) } }
    #expect(
      wide?.problem == .data(.recordedOtherwise(layer: "a"))
        && wide?.place == "/validation/activations/0_a")
    let curved = #expect(throws: ModelError.self) {
      try openedWhole { hold($0, activation: "tanh") }
    }
    #expect(curved?.problem == .data(.recordedOtherwise(layer: "a")))
    let short = #expect(throws: ModelError.self) {
      try openedWhole { writer in
        writer.dataset("validation/activations/0_a/input", [1, 2, 3, 4], shape: [2, 2])
        writer.dataset("validation/activations/0_a/gradient", [1, 2], shape: [2, 1])
        writer.attribute("activation", of: "/validation/activations/0_a", "relu")
      }
    }
    #expect(short?.problem == .data(.recordedLayerCount(found: 1, expected: 2)))
  }

  @Test("samples may have weights, which stand beside the layers' group")
  func weights() throws {
    func write(_ writer: HDF5Writer) {
      writer.dataset("sample_weight", [1, 3], shape: [2])
      hold(writer)
      writer.dataset("validation/sample_weight", [0, 1, 2], shape: [3])
    }
    let both = try openedWhole(write)
    #expect(try both.training.readWeights(0..<2) == [0.5, 1.5])
    #expect(try both.validation?.readWeights(0..<3) == [0, 1, 2])
    #expect(both.training.notes.first?.contains("found by its name") == true)
    let none = try openedWhole(weights: .none, write)
    #expect(try none.training.readWeights(0..<2) == nil)
    #expect(try none.validation?.readWeights(0..<2) == nil)
  }

  @Test("a file with a model, or of another kind, is no recording")
  func others() throws {
    #expect(try openRecording(at: fixturePath("hostile/model-4-3-2.h5")) == nil)
    #expect(try openRecording(at: fixturePath("hostile/model-4-3-2.keras")) == nil)
    #expect(try openRecording(at: "/no/such/file.h5") == nil)
  }
}

@Suite("Sequences in recordings") struct RecordedSequenceTests {
  /// Five sequences of three positions, of two layers.
  private func recording(
    _ folder: String, groups: [Double]? = nil
  ) throws -> Recording {
    let path = "\(folder)/\(groups?.count ?? 0)-groups.h5"
    try write(path, groups: groups)
    return try #require(
      try openRecording(at: path, groups: groups == nil ? nil : "speakers")
    ).training
  }

  /// The file is whole when its writer is gone.
  private func write(_ path: String, groups: [Double]?) throws {
    let writer = try HDF5Writer(path)
    for (place, inputs, units) in [("0_up", 2, 3), ("1_down", 3, 2)] {
      writer.dataset(
        "activations/\(place)/input", (0..<15 * inputs).map(Double.init), shape: [5, 3, inputs])
      writer.dataset(
        "activations/\(place)/gradient", (0..<15 * units).map(Double.init), shape: [5, 3, units])
      writer.attribute("activation", of: "/activations/\(place)", "relu")
    }
    if let groups { writer.dataset("speakers", groups, shape: [groups.count]) }
  }

  @Test("each position is a row, and those of a sequence stay together")
  func together() throws {
    try withTemporaryFolder { folder in
      let recording = try recording(folder)
      #expect(recording.sampleCount == 15 && recording.inputCount == 10)
      #expect(recording.readGroups(2..<8) == [0, 1, 1, 1, 2, 2])
      #expect(recording.notes.first?.hasSuffix("on one side of the hold-out.") == true)
      var rows = Matrix<Float>(rows: 0, columns: 10)
      _ = try recording.read(4..<5, into: &rows)
      #expect(rows.storage == [8, 9, 12, 13, 14, -12, -13, -14, -8, -9])
    }
  }

  @Test("groups are named for each sequence, or for each position")
  func named() throws {
    try withTemporaryFolder { folder in
      let ofSequences = try recording(folder, groups: [7, 7, 8, 8, 9])
      let keys = try #require(ofSequences.readGroups(0..<15))
      #expect(Set(keys.prefix(6)).count == 1 && Set(keys).count == 3)
      let ofPositions = try recording(folder, groups: (0..<15).map { $0 < 4 ? 1 : 2 })
      let others = try #require(ofPositions.readGroups(0..<15))
      #expect(others[3] != others[4] && others[4] == others[14])
      #expect(throws: ModelError.self) { try recording(folder, groups: [1, 2, 3]) }
    }
  }
}

@Suite("Growth of recordings") struct RecordedWritingTests {
  private let path = fixturePath("exports/recorded/recorded.h5")

  @Test("the weights beside a recording are those of the network it was made of")
  func weights() throws {
    let model = try loadRecordedModel(at: path)
    #expect(model.format == .recording && !model.carriesData)
    let own = try loadModel(
      at: fixturePath("exports/pytorch/model.h5"),
      ModelOptions(activations: [.relu, .tanh, .softmax]))
    #expect(model.network.layers.map(\.weights) == own.network.layers.map(\.weights))
    let recording = try #require(try openRecording(at: path)).training
    #expect(
      recording.hasWeights
        && recording.network.layers.map(\.name) == ["layer0", "layer1", "layer2"])
    #expect(model.network.layers.map(\.stages) == recording.network.layers.map(\.stages))
  }

  @Test("what was recorded is left out of the grown file", arguments: [0, 1])
  func written(layer: Int) throws {
    let model = try loadRecordedModel(at: path)
    let grown = try model.network.grownAtRandom(layer: layer, count: 2, seed: 1)
    try withTemporaryFolder { folder in
      let out = "\(folder)/out.h5"
      let written = try write(grown, grownFrom: model, to: out)
      #expect(written.notes.count == 1)
      #expect(try loadRecordedModel(at: out).network == grown)
      let (old, new) = (try HDF5Listing(path).objects, try HDF5Listing(out).objects)
      #expect(
        new.keys.sorted()
          == old.keys.filter { !$0.hasSuffix("/input") && !$0.hasSuffix("/gradient") }.sorted())
      let error = #expect(throws: ModelError.self) { try openRecording(at: out) }
      #expect(error?.problem == .data(.notRecorded))
    }
  }

  @Test("a recording without weights, or without a bias it speaks of, cannot grow")
  func weightless() throws {
    try withTemporaryFolder { folder in
      func file(_ name: String, _ change: (HDF5Writer) -> Void) throws -> String {
        let writer = try HDF5Writer("\(folder)/\(name)")
        for (place, inputs, units) in [("0_a", 2, 1), ("1_b", 1, 2)] {
          writer.dataset(
            "activations/\(place)/input", [Double](repeating: 1, count: 2 * inputs),
            shape: [2, inputs])
          writer.dataset(
            "activations/\(place)/gradient", [Double](repeating: 1, count: 2 * units),
            shape: [2, units])
          writer.attribute("activation", of: "/activations/\(place)", "relu")
        }
        change(writer)
        return "\(folder)/\(name)"
      }
      let none = try file("none.h5") {
        $0.dataset("activations/1_b/weight", [1, 2], shape: [2, 1])
      }
      let missing = #expect(throws: ModelError.self) { try loadRecordedModel(at: none) }
      #expect(missing?.problem == .model(.recordedWithoutWeights(layers: ["a"])))
      #expect(try #require(try openRecording(at: none)).training.hasWeights == false)
      let biasless = try file("biasless.h5") { writer in
        writer.dataset("activations/0_a/weight", [1, 2], shape: [1, 2])
        writer.attribute("bias", of: "/activations/0_a", integer: 1)
        writer.dataset("activations/1_b/weight", [1, 2], shape: [2, 1])
      }
      let error = #expect(throws: ModelError.self) { try loadRecordedModel(at: biasless) }
      #expect(error?.problem == .model(.recordedWithoutWeights(layers: ["a"])))
      #expect(try #require(try openRecording(at: biasless)).training.hasWeights == false)
    }
  }
}
