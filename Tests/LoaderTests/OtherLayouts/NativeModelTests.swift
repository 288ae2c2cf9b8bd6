import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

/// What is made of a file of the native layout that `change` was made to.
private func withModel<Result>(
  change: (HDF5Writer) -> Void = { _ in }, _ body: (_ folder: String) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    do {
      let writer = try HDF5Writer("\(folder)/m.h5")
      writer.group("model/layers")
      writer.attribute("format", of: "/model", "tiny-diagnose")
      change(writer)
    }
    return try body(folder)
  }
}

extension HDF5Writer {
  /// A layer whose weights count 0, 1, 2, …, outputs × inputs.
  fileprivate func layer(
    _ name: String, _ outputs: Int, _ inputs: Int, _ activation: String? = "relu"
  ) {
    dataset(
      "model/layers/\(name)/weight", (0..<inputs * outputs).map(Double.init),
      shape: [outputs, inputs])
    if let activation { attribute("activation", of: "/model/layers/\(name)", activation) }
  }
}

@Suite struct NativeModelTests {
  @Test("kernels are transposed, layers go by number, and a bias may be missing")
  func layers() throws {
    try withModel { writer in
      writer.attribute("version", of: "/model", integer: 1)
      writer.attribute("loss", of: "/model", "huber")
      writer.attribute("delta", of: "/model", number: 0.5)
      writer.layer("10_last", 1, 3, "linear")
      writer.layer("9_first", 3, 2)
      writer.dataset("model/layers/9_first/bias", [7, 8, 9], shape: [3])
    } _: { folder in
      let model = try loadModel(at: "\(folder)/m.h5")
      #expect(model.format == .native)
      #expect(model.producer == "tiny-diagnose layout 1")
      #expect(model.loss == .huber(delta: 0.5))
      #expect(model.network.layers.map(\.name) == ["first", "last"])
      #expect(
        model.network.layers[0].weights
          == Matrix(rows: 3, columns: 3, storage: [0, 2, 4, 1, 3, 5, 7, 8, 9]))
      #expect(model.network.layers[0].stages == [.activation(.relu)])
      #expect(!model.network.layers[1].hasBias)
      #expect(model.structure.map(\.className) == ["Dense", "Dense"])
      #expect(!model.carriesData)
    }
  }

  @Test("layers of one name keep their numbers")
  func sameNames() throws {
    try withModel { writer in
      writer.attribute("version", of: "/model", integer: 1)
      writer.layer("1_dense", 2, 2)
      writer.layer("2_dense", 2, 2)
    } _: { folder in
      let network = try loadModel(at: "\(folder)/m.h5").network
      #expect(network.layers.map(\.name) == ["1_dense", "2_dense"])
    }
  }

  @Test("an activation's parameters stand beside its name")
  func parameters() throws {
    try withModel { writer in
      writer.attribute("version", of: "/model", integer: 1)
      for (index, name) in ["leaky_relu", "elu", "gelu", "relu", "hard_sigmoid"].enumerated() {
        writer.layer("\(index)_\(name)", 2, 2, name)
      }
      writer.attribute("negative_slope", of: "/model/layers/0_leaky_relu", number: 0.25)
      writer.attribute("alpha", of: "/model/layers/1_elu", number: 0.5)
      writer.attribute("approximate", of: "/model/layers/2_gelu", boolean: true)
      writer.attribute("max_value", of: "/model/layers/3_relu", integer: 6)
    } _: { folder in
      let stages = try loadModel(at: "\(folder)/m.h5").network.layers.map(\.stages)
      #expect(
        stages == [
          [.activation(.leakyReLU(0.25))], [.activation(.elu(alpha: 0.5))],
          [.activation(.gelu(approximate: true))], [.activation(.relu6)],
          [.activation(.hardSigmoid)],
        ])
    }
  }

  @Test("cross-entropies of logits say so beside the loss")
  func fromLogits() throws {
    try withModel { writer in
      writer.attribute("version", of: "/model", integer: 1)
      writer.attribute("loss", of: "/model", "sparse_categorical_crossentropy")
      writer.attribute("from_logits", of: "/model", boolean: true)
      writer.layer("1_out", 2, 2, "linear")
    } _: { folder in
      let model = try loadModel(at: "\(folder)/m.h5")
      #expect(model.loss == .sparseCategoricalCrossentropy(fromLogits: true))
    }
  }

  @Test("each fault has its text")
  func errors() throws {
    func text(version: Int = 1, _ change: (HDF5Writer) -> Void) throws -> String {
      try withModel { writer in
        writer.attribute("version", of: "/model", integer: version)
        change(writer)
      } _: { folder in
        errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") }
      }
    }
    #expect(
      try text(version: 2) { $0.layer("1_a", 2, 2) } == """
        m.h5: /model@version: is version 2 of the layout; this program knows up to 1
          update tiny-diagnose
        """)
    #expect(
      try text { _ in } == """
        m.h5: the model has no Dense layer
          only chains of Dense layers can be diagnosed
        """)
    for name in ["dense", "_1", "a_b", "-1_a"] {
      #expect(
        try text { $0.layer(name, 2, 2) } == """
          m.h5: /model/layers: "\(name)" is no layer's name
            name the groups by number, as in 001_hidden
          """)
    }
    #expect(
      try text {
        $0.layer("1_a", 2, 2)
        $0.layer("01_b", 2, 2)
      } == """
        m.h5: /model/layers: "1_a" is no layer's name
          name the groups by number, as in 001_hidden
        """)
    #expect(
      try text { writer in
        for index in 0...1000 { writer.group("model/layers/\(index)_a") }
      } == """
        m.h5: /model/layers: holds more than 1000 layers
          split the model
        """)
    #expect(
      try text { $0.layer("1_a", 2, 2, nil) } == """
        m.h5: /model/layers/1_a: has no attribute activation
          the file was changed or not fully written: save the whole model again in one call
        """)
    #expect(
      try text { $0.layer("1_a", 2, 2, "wobble") } == """
        m.h5: /model/layers/1_a@activation: the activation wobble is not known
          use an activation that Keras has
        """)
    #expect(
      try text {
        $0.layer("1_a", 2, 2)
        $0.dataset("model/layers/1_a/gamma", [1, 1], shape: [2])
      } == """
        m.h5: /model/layers/1_a: has a member gamma, which the layout does not know
          a layer's group holds weight and bias only
        """)
    #expect(
      try text {
        $0.layer("1_a", 128, 2)
        $0.layer("2_b", 32, 64)
      } == """
        m.h5: /model/layers/2_b/weight: shape (32, 64) does not follow the previous layer's 128 units
          the layers come from different models: save the whole model again in one call
        """)
    #expect(
      try text {
        $0.layer("1_a", 3, 2)
        $0.dataset("model/layers/1_a/bias", [1, 2], shape: [2])
      } == """
        m.h5: /model/layers/1_a/bias: shape (2,), expected (3,)
          save the whole model again in one call
        """)
    #expect(
      try text { $0.group("model/layers/1_a") } == """
        m.h5: /model/layers/1_a/weight: not found
          its group is empty
        """)
    #expect(
      try text {
        $0.layer("1_a", 3, 2, "elu")
        $0.attribute("alpha", of: "/model/layers/1_a", number: .nan)
      } == """
        m.h5: /model/layers/1_a@alpha: is nan, expected a finite number
          the training diverged or the file is damaged: save the model at an earlier epoch
        """)
  }

  @Test("an unknown loss does not keep the model from being read")
  func unknownLoss() throws {
    try withModel { writer in
      writer.attribute("version", of: "/model", integer: 1)
      writer.attribute("loss", of: "/model", "my_loss")
      writer.layer("1_a", 2, 2)
    } _: { folder in
      let model = try loadModel(at: "\(folder)/m.h5")
      #expect(model.loss == nil)
      #expect(
        model.lossProblem?.description.hasSuffix("/model@loss: the loss my_loss is not known")
          == true)
    }
  }
}

@Suite struct LayoutTests {
  @Test("layouts that are known and not read are named, with what to do")
  func known() throws {
    func text(_ write: (HDF5Writer) -> Void) throws -> String {
      try withTemporaryFolder { folder in
        write(try HDF5Writer("\(folder)/m.h5"))
        return errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") }
      }
    }
    let weightsOnly = """
      m.h5: holds weights without their architecture
        give the architecture, a file written by model.to_json(), or save the whole model with \
      model.save('model.keras')
      """
    #expect(try text { $0.attribute("layer_names", ["dense"]) } == weightsOnly)
    #expect(try text { $0.attribute("layer_names0", ["dense"]) } == weightsOnly)
    #expect(try text { $0.dataset("layers/dense/vars/0", [1], shape: [1, 1]) } == weightsOnly)
    #expect(
      try text { $0.group("_layer_checkpoint_dependencies/dense/vars") } == weightsOnly)
    func stateDictionary(_ name: String) -> String {
      """
      m.h5: holds weights of 1 layers (\(name)) without their activations
        give one activation for each layer
      """
    }
    #expect(
      try text { $0.dataset("0.weight", [1], shape: [1, 1]) } == stateDictionary("0"))
    #expect(
      try text { $0.dataset("fc1/weight", [1], shape: [1, 1]) } == stateDictionary("fc1"))
    #expect(
      try text { $0.dataset("coefs_/0", [1], shape: [1, 1]) } == """
        m.h5: holds scikit-learn's weights of 1 layers (coefs_.0) without their activations
          give one activation for each layer, and the loss
        """)
    #expect(
      try text { $0.dataset("activations/001_a/input", [1], shape: [1, 1]) } == """
        m.h5: holds recorded activations, and no model
          they can be reported on as they are, and grown if each layer's weights stand beside them
        """)
    #expect(
      try text { $0.dataset("x", [1], shape: [1, 1]) } == """
        m.h5: holds no model in a known layout
          save the whole model with model.save('model.h5'); the file holds x
        """)
    #expect(
      try text { _ in } == """
        m.h5: holds no model in a known layout; it is empty
          save the whole model with model.save('model.h5')
        """)
  }

  @Test("a missing file is a file that cannot be used")
  func missing() throws {
    let error = #expect(throws: ModelError.self) { try loadModel(at: "/no/such/model.h5") }
    #expect(error?.isFileUnusable == true)
    #expect(error?.description == "/no/such/model.h5: no such file")
    #expect(error?.advice == "check the path")
  }
}
