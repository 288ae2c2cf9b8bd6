import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Loader

@Suite("Blocks in one recording") struct RecordedBlockTests {
  /// What a file of blocks `x + down(relu(up(x)))` holds, and what is different in it.
  private struct Change {
    /// Widths of the hidden layers.
    var hidden = [3, 5]
    /// The units of the stream in front of each block; where they change, so does all that is in it.
    var streams = [4, 4]
    var hasWeights = true
    /// What each hidden layer's answers are multiplied by before the next layer takes them.
    var scale = 1.0
    var follows: [String: Int] = [:]
    /// The units of the stream that a layer of its own takes at the end.
    var head: Int?
    /// The layers that are not recorded.
    var missing: Set<String> = []
  }

  private func path(_ folder: String, _ change: Change = Change()) throws -> String {
    let path = "\(folder)/blocks.h5"
    let writer = try HDF5Writer(path)
    var random = SeededGenerator(seed: 5)
    let rows = 20
    var stream = random.normalMatrix(rows, change.streams[0])
    var place = 0
    func record(_ name: String, _ inputs: Matrix<Double>, units: Int) -> Matrix<Double> {
      let group = "activations/\(place)_\(name)"
      place += 1
      let (kernel, bias) = (
        random.normalMatrix(inputs.columns, units), random.normalMatrix(1, units)
      )
      let products = inputs.times(kernel)
      let answers = Matrix(rows: rows, columns: units) { products[$0, $1] + bias[0, $1] }
      if change.missing.contains(name) { return answers }
      writer.dataset("\(group)/input", inputs.storage, shape: [rows, inputs.columns])
      writer.dataset(
        "\(group)/gradient", random.normalMatrix(rows, units).storage, shape: [rows, units])
      if change.hasWeights {
        writer.dataset(
          "\(group)/weight", kernel.transposed().storage, shape: [units, inputs.columns])
        writer.dataset("\(group)/bias", bias.storage, shape: [units])
      }
      writer.attribute(
        "activation", of: "/\(group)", name.hasPrefix("up") ? "relu" : "linear")
      if let follows = change.follows[name] {
        writer.attribute("follows", of: "/\(group)", integer: follows)
      }
      return answers
    }
    for (block, width) in change.hidden.enumerated() {
      let units = change.streams[block]
      if units != stream.columns { stream = random.normalMatrix(rows, units) }
      var hidden = record("up\(block)", stream, units: width)
      for index in hidden.storage.indices {
        hidden.storage[index] = change.scale * max(0, hidden.storage[index])
      }
      stream = stream + record("down\(block)", hidden, units: units)
    }
    if let head = change.head {
      _ = record("head", Matrix(rows: rows, columns: head) { stream[$0, $1] }, units: 2)
    }
    return path
  }

  private func follows(_ change: Change) throws -> [Bool] {
    try withTemporaryFolder { folder in
      let file = try path(folder, change)
      let recording = try #require(try openRecording(at: file)).training
      if change.hasWeights {
        #expect(
          try loadRecordedModel(at: file).network.layers.map(\.isFollowed)
            == recording.network.layers.map(\.isFollowed))
      }
      return recording.network.layers.map(\.isFollowed)
    }
  }

  @Test("pairs are found by what a layer gives and the next one takes")
  func found() throws {
    #expect(try follows(Change()) == [true, false, true, true])
    try withTemporaryFolder { folder in
      let recording = try #require(try openRecording(at: path(folder))).training
      #expect(
        recording.notes.first
          == "The file holds 2 blocks, which end with down0, down1: what these give is not what the "
          + "next layer takes, and they do not grow.")
    }
  }

  @Test("PyTorch's residual blocks on sequences are found, and their held-out samples")
  func recordedByPyTorch() throws {
    let path = fixturePath("forms/recorded-blocks.h5")
    let opened = try #require(try openRecording(at: path))
    let network = opened.training.network
    #expect(network.layers.map(\.name) == ["up.0", "down.0", "up.1", "down.1"])
    #expect(network.layers.map(\.isFollowed) == [true, false, true, true])
    #expect(opened.training.sampleCount == 40 && opened.validation?.sampleCount == 12)
    #expect(opened.training.hasWeights && opened.training.lossValue.map { $0 > 0 } == true)
    #expect(
      try loadRecordedModel(at: path).network.layers.map(\.isFollowed)
        == network.layers.map(\.isFollowed))
    #expect(opened.training.readGroups(0..<8) == [0, 0, 0, 0, 1, 1, 1, 1])
  }

  @Test("an attribute says it where there are no weights, or where numbers differ")
  func said() throws {
    #expect(try follows(Change(hasWeights: false)) == [true, true, true, true])
    #expect(
      try follows(Change(hasWeights: false, follows: ["up1": 0])) == [true, false, true, true])
    // Something stands between all layers: nothing in the file shows where a block ends.
    #expect(try follows(Change(scale: 2)) == [true, true, true, true])
    #expect(try follows(Change(scale: 2, follows: ["up1": 0])) == [true, false, true, true])
  }

  @Test("what has grown has the same blocks", arguments: [[4, 4], [4, 2], [3, 6, 3]])
  func grown(streams: [Int]) throws {
    try withTemporaryFolder { folder in
      let hidden = Array([3, 5, 2].prefix(streams.count))
      let model = try loadRecordedModel(
        at: path(folder, Change(hidden: hidden, streams: streams)))
      for layer in stride(from: 0, to: 2 * streams.count, by: 2) {
        let grown = try model.network.grownAtRandom(layer: layer, count: 2, seed: layer)
        let file = "\(folder)/grown\(layer).h5"
        let written = try write(grown, grownFrom: model, to: file, options: WritingOptions())
        #expect(written.model.network.layers.map(\.outputs) == grown.layers.map(\.outputs))
        #expect(
          written.model.network.layers.map(\.isFollowed)
            == model.network.layers.map(\.isFollowed))
        // It can grow once more.
        _ = try write(
          written.model.network.grownAtRandom(layer: layer, count: 1, seed: layer),
          grownFrom: loadRecordedModel(at: file), to: "\(folder)/again\(layer).h5",
          options: WritingOptions())
      }
    }
  }

  @Test("a head alone is a block behind a layer without activation", arguments: [2, 4])
  func head(units: Int) throws {
    #expect(try follows(Change(head: units)) == [true, false, true, false, true])
  }

  @Test("a layer that was left out is missed", arguments: [["down0"], ["down0", "down1"]])
  func alone(missing: Set<String>) throws {
    try withTemporaryFolder { folder in
      let file = try path(folder, Change(missing: missing))
      let error = #expect(throws: ModelError.self) { try openRecording(at: file) }
      guard case .data(.recordedNotFollowing)? = error?.problem else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }
}
