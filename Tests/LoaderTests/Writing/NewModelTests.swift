import Foundation
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite("New models")
final class NewModelTests {
  private let folder: URL
  private var path: String { folder.appending(path: "model.h5").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "tiny-diagnose-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func model(
    _ hidden: Activation = .selu, output: Activation? = .softmax,
    loss: Loss = .sparseCategoricalCrossentropy(fromLogits: false), scale: Float? = nil
  ) -> NewModel {
    let network = Network<Float>.initialized(
      widths: [7, 3, 1, 4], hidden: hidden, output: output, seed: 5)
    let preprocessing: [Stage<Float>] =
      scale.map { scale in
        let zeros = [Float](repeating: 0, count: 7)
        return [.affine(Affine(center: zeros, scale: zeros.map { _ in scale }, offset: zeros))]
      } ?? []
    return NewModel(
      network: Network(inputCount: 7, preprocessing: preprocessing, layers: network.layers),
      loss: loss,
      optimizer: .adam(learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-7))
  }

  @Test(
    "read back as what they are, bit for bit", arguments: Activation.allNames,
    NewModelLayout.allCases)
  func roundTrip(name: String, layout: NewModelLayout) throws {
    let activation = try #require(Activation(kerasName: name, kerasMajorVersion: 3))
    guard !["softmax", "log_softmax", "sparsemax"].contains(name) else { return }
    let model = model(activation)
    let written = try write(model, to: path, layout: layout)
    let read = try loadModel(at: path)
    #expect(read.network == written.network && read.path == written.path)
    #expect(read.loss == model.loss)
    #expect(read.format != .native || layout == .native)
    for (layer, old) in zip(read.network.layers, model.network.layers) {
      #expect(layer.name == old.name && layer.hasBias)
      #expect(layer.weights.storage.map(\.bitPattern) == old.weights.storage.map(\.bitPattern))
    }
    #expect(
      read.network.layers[0].stages == (activation == .linear ? [] : [.activation(activation)]))
    // Only what Keras 2 has as well is written for it.
    if layout == .keras {
      let isShared = ["selu", "relu", "gelu", "tanh", "sigmoid", "linear"].contains(name)
      #expect(!isShared || read.format == .keras2)
      #expect(name != "celu" || read.format == .keras3)
      // The two versions mean different functions by this name.
      #expect(name != "hard_sigmoid" || read.format == .keras3)
    }
  }

  @Test(
    "say their loss",
    arguments: [
      Loss.meanSquaredError, .huber(delta: 1),
      .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0),
      .binaryCrossentropy(fromLogits: false, labelSmoothing: 0), .poisson, .cosineSimilarity,
    ], NewModelLayout.allCases)
  func losses(loss: Loss, layout: NewModelLayout) throws {
    try write(model(.tanh, output: nil, loss: loss), to: path, layout: layout)
    #expect(try loadModel(at: path).loss == loss)
  }

  @Test(
    "say which quantile in our layout, and nothing that Keras does not know in its own",
    arguments: NewModelLayout.allCases)
  func quantile(layout: NewModelLayout) throws {
    try write(model(.tanh, output: nil, loss: .quantile(0.9)), to: path, layout: layout)
    #expect(try loadModel(at: path).loss == (layout == .native ? .quantile(0.9) : nil))
  }

  @Test("carry a scale of the inputs, and how they grew")
  func scale() throws {
    let record = GrowthRecord(
      date: "2026-01-31T12:00:00Z", version: "1", layer: "dense_1", unitsBefore: 1, unitsAdded: 2,
      method: "tiny", predictedLossGain: 0.5, measuredLossGain: 0.25)
    let model = model(scale: 0.00390625)
    try write(
      model, to: path, layout: .keras, options: WritingOptions(history: [record, record]))
    let read = try loadModel(at: path)
    #expect(read.network == model.network && read.history == [record, record])
  }

  private func refusal(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch let error as ModelError {
      return "\(error.description)\n\(error.advice)"
    } catch {
      return "\(error)"
    }
  }

  @Test("what a layout cannot say is refused before anything is written")
  func refusals() throws {
    let advice = "choose another layout, or what Keras has a name for"
    func refused(_ model: NewModel, _ layout: NewModelLayout = .keras) -> String? {
      let early = refusal { try checkIsWritable(model, to: path, layout: layout) }
      #expect(early == refusal { try write(model, to: path, layout: layout) })
      return early
    }
    #expect(
      refused(model(scale: 2), .native) == """
        \(path): a new file of this layout cannot say the scale of the inputs, in the native layout
        \(advice)
        """)
    #expect(
      refused(model(.leakyReLU(0.01))) == """
        \(path): layer dense_1: a new file of this layout cannot say the activation leaky_relu(0.01)
        \(advice)
        """)
    #expect(
      refused(model(loss: .sparseCategoricalCrossentropy(fromLogits: true))) == """
        \(path): a new file of this layout cannot say the settings of the loss \
        sparse_categorical_crossentropy
        \(advice)
        """)
    var named = model()
    named.network = Network(
      inputCount: 1,
      layers: [
        Layer(
          name: "a\"b/c", weights: Matrix(rows: 1, columns: 1), hasBias: false, stages: [])
      ])
    #expect(
      refused(named) == """
        \(path): layer a"b/c: a new file of this layout cannot say its name, for Keras
        \(advice)
        """)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    try write(model(), to: path, layout: .keras)
    #expect(refused(model())?.contains("is there already") == true)
  }

  // MARK: Checkpoints

  private var checkpoint: Checkpoint {
    Checkpoint(
      network: model().network, loss: .sparseCategoricalCrossentropy(fromLogits: false),
      text: #"{"a": 1}"#,
      matrices: [
        "mean_0": Matrix(rows: 2, columns: 3, storage: [1, -0.0, .leastNonzeroMagnitude, 4, 5, 6]),
        "none": Matrix(rows: 0, columns: 3),
      ], lists: ["order": [3, 0, 2, 1]])
  }

  @Test("a checkpoint keeps every bit, replaces the one before, and is a model")
  func checkpoints() throws {
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    try checkpoint.write(to: path)
    let read = try Checkpoint(contentsOf: path)
    #expect(read.network == checkpoint.network && read.loss == checkpoint.loss)
    #expect(read.text == checkpoint.text && read.lists == checkpoint.lists)
    #expect(read.matrices == checkpoint.matrices)
    #expect(read.matrices["mean_0"]?.storage[1].sign == .minus)
    #expect(try loadModel(at: path).network == checkpoint.network)
  }

  @Test("what is no checkpoint is refused")
  func badCheckpoints() throws {
    func refusal(_ change: (HDF5Writer) -> Void) throws -> String? {
      do {
        let writer = try HDF5Writer(path)
        writer.group("model/layers/000_a")
        writer.attribute("format", of: "/model", "tiny-diagnose")
        writer.attribute("version", of: "/model", integer: 1)
        writer.attribute("loss", of: "/model", "mean_squared_error")
        writer.dataset("model/layers/000_a/weight", [1], shape: [1, 1])
        writer.attribute("activation", of: "/model/layers/000_a", "linear")
        change(writer)
      }
      return self.refusal { _ = try Checkpoint(contentsOf: path) }
    }
    #expect(
      try refusal { _ in } == """
        \(path): holds no training to go on with
        name the checkpoint that training wrote beside its output, or begin anew
        """)
    func training(_ writer: HDF5Writer, version: Int = 1, state: String? = "{}") {
      writer.group("training")
      writer.attribute("version", of: "/training", integer: version)
      if let state { writer.attribute("state", of: "/training", state) }
    }
    #expect(
      try refusal { training($0, version: 2) }?.hasPrefix(
        "\(path): /training@version: is version 2 of the layout") == true)
    #expect(
      try refusal { training($0, state: nil) }?.hasPrefix(
        "\(path): /training: has no attribute state") == true)
    #expect(
      try refusal { training($0, state: "{]") }?.hasPrefix(
        "\(path): /training@state: is not valid JSON") == true)
    let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
    #expect(
      try refusal { training($0, state: deep) }?.hasPrefix(
        "\(path): /training@state: is nested more than 128 levels deep") == true)
    #expect(
      try refusal {
        training($0)
        $0.dataset("training/mean_0", [1, .nan], shape: [1, 2])
      }?.hasPrefix("\(path): /training/mean_0: entry (0, 1) is nan") == true)
    #expect(
      try refusal {
        training($0)
        $0.dataset("training/mean_0", [1, 2], shape: [1, 1, 2])
      }?.hasPrefix("\(path): /training/mean_0: shape (1, 1, 2), expected a matrix or a list")
        == true)
    #expect(try refusal { training($0) } == nil)
  }
}
