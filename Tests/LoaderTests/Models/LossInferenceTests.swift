import Networks
import TestSupport
import Testing

@testable import Loader

@Suite struct LossInferenceTests {
  /// What targets can be, of three outputs unless there is one column.
  enum Kind: String, CaseIterable {
    case labels, labelsAsFloats, oneHot, zerosAndOnes, amounts, oneColumnOfZerosAndOnes

    var columns: Int { self == .labels || self == .labelsAsFloats || isOneColumn ? 1 : 3 }
    private var isOneColumn: Bool { self == .oneColumnOfZerosAndOnes }

    func write(to writer: HDF5Writer) {
      writer.dataset("x", [1, 2, 3, 4, 5, 6, 7, 8], shape: [4, 2])
      switch self {
      case .labels: writer.dataset("y", [0, 1, 2, 1], shape: [4], as: .int64)
      case .labelsAsFloats: writer.dataset("y", [0, 1, 2, 1], shape: [4, 1])
      case .oneHot: writer.dataset("y", [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0], shape: [4, 3])
      case .zerosAndOnes: writer.dataset("y", [1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0], shape: [4, 3])
      case .amounts: writer.dataset("y", (0..<12).map { Double($0) / 2 }, shape: [4, 3])
      case .oneColumnOfZerosAndOnes: writer.dataset("y", [0, 1, 1, 0], shape: [4])
      }
    }
  }

  private static let sparse = Loss.sparseCategoricalCrossentropy(fromLogits: false)
  private static let sparseLogits = Loss.sparseCategoricalCrossentropy(fromLogits: true)
  private static let oneHot = Loss.categoricalCrossentropy(fromLogits: false, labelSmoothing: 0)
  private static let oneHotLogits = Loss.categoricalCrossentropy(
    fromLogits: true, labelSmoothing: 0)
  private static let binary = Loss.binaryCrossentropy(fromLogits: false, labelSmoothing: 0)
  private static let binaryLogits = Loss.binaryCrossentropy(fromLogits: true, labelSmoothing: 0)

  @Test(
    "a loss nobody names is told from the last activation and the targets",
    arguments: [
      ("softmax", 3, .labels, sparse), ("softmax", 3, .labelsAsFloats, sparse),
      ("softmax", 3, .oneHot, oneHot), ("log_softmax", 3, .labels, sparseLogits),
      ("log_softmax", 3, .oneHot, oneHotLogits), ("sigmoid", 1, .oneColumnOfZerosAndOnes, binary),
      ("sigmoid", 3, .zerosAndOnes, binary), ("linear", 3, .labels, sparseLogits),
      ("linear", 3, .labelsAsFloats, sparseLogits), ("linear", 3, .oneHot, oneHotLogits),
      ("linear", 3, .zerosAndOnes, binaryLogits),
      ("linear", 1, .oneColumnOfZerosAndOnes, binaryLogits),
      ("linear", 3, .amounts, .meanSquaredError), ("tanh", 3, .amounts, .meanSquaredError),
    ] as [(String, Int, Kind, Loss)])
  func inference(_ activation: String, _ outputs: Int, _ kind: Kind, _ expected: Loss) throws {
    try withSamples(outputs: outputs, activation: activation) {
      kind.write(to: $0)
    } _: { model, data, _ in
      let opened = try openSamples(for: model, SampleOptions(data: [data]))
      #expect(opened.loss == expected)
      #expect(opened.lossOrigin == .inferred)
    }
  }

  @Test("a loss cannot be told from a sparsemax")
  func sparsemax() throws {
    try withSamples(outputs: 3, activation: "sparsemax") {
      Kind.oneHot.write(to: $0)
    } _: { model, data, folder in
      #expect(
        errorText(in: folder) { _ = try openSamples(for: model, SampleOptions(data: [data])) }
          == """
          m.h5: the loss cannot be told from outputs by sparsemax
            name the loss
          """)
    }
  }

  @Test(
    "a cross-entropy that is named means logits where the outputs are no probabilities",
    arguments: [
      ("linear", .labels, sparse, sparseLogits), ("linear", .oneHot, oneHot, oneHotLogits),
      ("linear", .zerosAndOnes, binary, binaryLogits), ("tanh", .labels, sparse, sparseLogits),
      ("log_softmax", .labels, sparse, sparseLogits), ("softmax", .labels, sparse, sparse),
      ("sigmoid", .zerosAndOnes, binary, binary),
      ("linear", .amounts, .meanSquaredError, .meanSquaredError),
    ] as [(String, Kind, Loss, Loss)])
  func named(_ activation: String, _ kind: Kind, _ said: Loss, _ meant: Loss) throws {
    try withSamples(outputs: 3, activation: activation) {
      kind.write(to: $0)
    } _: { model, data, _ in
      let opened = try openSamples(for: model, SampleOptions(data: [data], loss: said))
      #expect(opened.loss == meant)
      #expect((opened.lossNote == nil) == (said == meant))
    }
  }

  @Test("the native layout's own cross-entropy means logits where the outputs are linear")
  func native() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/m.h5")
        writer.group("model")
        writer.attribute("format", of: "/model", "tiny-diagnose")
        writer.attribute("version", of: "/model", integer: 1)
        writer.attribute("loss", of: "/model", "sparse_categorical_crossentropy")
        writer.dataset("model/layers/000_a/weight", [1, 2, 3, 4, 5, 6], shape: [3, 2])
        writer.attribute("activation", of: "/model/layers/000_a", "linear")
        Kind.labels.write(to: writer)
      }
      let opened = try openSamples(for: try loadModel(at: "\(folder)/m.h5"))
      #expect(opened.loss == Self.sparseLogits)
      #expect(
        opened.notes == [
          "The outputs, by linear, are no probabilities: sparse_categorical_crossentropy takes them "
            + "for logits."
        ])
    }
  }

  @Test("a Keras model's own loss is computed as Keras does, and another that is named is not")
  func keras() throws {
    try withTemporaryFolder { folder in
      let (model, data) = (folder + "/m.h5", folder + "/d.h5")
      var file = KerasFile(features: 2, [.dense("out", 2, 1)])
      file.training = #"{"loss": "binary_crossentropy"}"#
      try file.write(to: model)
      Kind.oneColumnOfZerosAndOnes.write(to: try HDF5Writer(data))
      let loaded = try loadModel(at: model)
      let own = try openSamples(for: loaded, SampleOptions(data: [data]))
      #expect(own.loss == Self.binary)
      #expect(
        try openSamples(for: loaded, SampleOptions(data: [data], loss: own.loss)).loss == own.loss)
      file.training = nil
      try file.write(to: model)
      let named = try openSamples(
        for: try loadModel(at: model), SampleOptions(data: [data], loss: Self.binary))
      #expect(named.loss == Self.binaryLogits)
    }
  }
}
