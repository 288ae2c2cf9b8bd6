import Loader
import TestSupport
import Testing

private let again =
  "the file was changed or not fully written: save the whole model again in one call"
private let plainChain =
  "only a plain chain of layers is supported; save the part to diagnose as a model of its own"
private let supported =
  "supported are Dense, activations, Dropout and noise, Flatten before the first Dense, "
  + "Rescaling, Normalization, BatchNormalization and LayerNormalization"

/// What is said of a file that is written for the occasion.
private func text(_ file: KerasFile, spoil: (HDF5Writer) -> Void = { _ in }) throws -> String {
  try withTemporaryFolder { folder in
    try file.write(to: "\(folder)/m.h5", spoil: spoil)
    return errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") }
  }
}

/// What is said of a chain of these layers on two features.
private func text(_ layers: KerasFile.Layer...) throws -> String {
  try text(KerasFile(features: 2, layers))
}

@Suite struct KerasLayerErrorTests {
  @Test(
    "layers that are no part of a plain perceptron are refused by name",
    arguments: [
      "Conv2D", "MaxPooling2D", "LSTM", "GRU", "Bidirectional", "TimeDistributed", "Embedding",
      "MultiHeadAttention", "EinsumDense", "Lambda", "TextVectorization", "StringLookup",
      "CategoryEncoding", "Add", "Concatenate", "UnitNormalization",
      "RMSNormalization", "GroupNormalization", "SpectralNormalization", "Sin",
    ])
  func unsupported(_ className: String) throws {
    #expect(
      try text(.plain(className), .dense("d", 2, 1))
        == "m.h5: layer \(className.lowercased()): \(className) layers are not supported\n  \(supported)"
    )
  }

  @Test("layers of somebody's own, models inside, quantized layers")
  func special() throws {
    #expect(
      try text(.dense("d", 2, 1), .plain("My>Layer")) == """
        m.h5: layer my>layer: My>Layer is a class of its author's own
          files carry no code for it; use a layer or function that Keras has
        """)
    #expect(
      try text(.dense("d", 2, 1), .plain("Functional"))
        .hasPrefix("m.h5: /@model_config: describes no layers"))
    for settings in [
      #""quantization_config": {"mode": "int8"}"#,
      #""dtype": {"class_name": "QuantizedDTypePolicy"}"#,
    ] {
      #expect(
        try text(.dense("d", 2, 1, settings: settings)) == """
          m.h5: layer d: is quantized
            save the model before it is quantized
          """)
    }
  }

  @Test("activations that are not known, of somebody's own, or of whole rows")
  func activations() throws {
    #expect(
      try text(.dense("d", 2, 1, activation: #""wobble""#)) == """
        m.h5: layer d: the activation wobble is not known
          use an activation that Keras has
        """)
    let own = #"{"class_name": "function", "config": "wobble", "registered_name": "function"}"#
    for activation in [own, #""wobble>""#.replacing(">", with: ">x")] {
      let name = activation == own ? "wobble" : "wobble>x"
      #expect(
        try text(.dense("d", 2, 1, activation: activation)) == """
          m.h5: layer d: the activation \(name) is of its author's own
            files carry no code for it; use a layer or function that Keras has
          """)
    }
    let prelu = #"{"class_name": "PReLU", "config": {"name": "p"}}"#
    #expect(
      try text(.dense("d", 2, 1, activation: prelu))
        .hasPrefix(
          "m.h5: layer d (/model_weights/d@weight_names): lists 2 weights, expected kernel, bias, alpha"
        ))
    for name in ["softmax", "log_softmax", "sparsemax"] {
      #expect(
        try text(.dense("d", 2, 2, activation: "\"\(name)\""), .dense("e", 2, 1)) == """
          m.h5: layer d: \(name) couples all units, and is not the last step of the model
            use an activation that acts on each unit alone
          """)
    }
    #expect(
      try text(.plain("Softmax"), .dense("d", 2, 1))
        .hasPrefix("m.h5: layer softmax: softmax couples all units"))
    #expect(
      try text(.dense("d", 2, 2), .plain("Softmax", #""axis": 0"#)) == """
        m.h5: layer softmax: acts on axis 0, expected the last one
          only layers whose features are on the last axis are supported
        """)
  }

  @Test(
    "a setting out of its range is shown with what was expected",
    arguments: [
      (.plain("ReLU", #""max_value": "six""#), #"relu: max_value is "six", expected a number"#),
      (.plain("LeakyReLU", #""alpha": NaN"#), "leakyrelu: alpha is nan, expected a number"),
      (
        .plain("Reshape", #""target_shape": [-2, -1]"#),
        "reshape: target_shape is a list of 2, expected dimensions of 1 or more"
      ),
      (
        .plain("Reshape", #""target_shape": [4611686018427387904, 4]"#),
        "reshape: target_shape is a list of 2, expected dimensions of 1 or more"
      ),
      (
        .plain("Reshape", #""target_shape": [-1, -1]"#),
        "reshape: target_shape is a list of 2, expected dimensions of 1 or more"
      ),
      (
        .plain("Normalization", #""axis": [1, 1], "mean": 0, "variance": 1"#),
        "normalization: axis is a list of 2, expected different axes"
      ),
      (
        .plain("Rescaling", #""scale": [1, "a"]"#),
        "rescaling: scale is a list of 2, expected numbers"
      ),
      (
        .plain("Normalization", #""axis": 5, "mean": 0, "variance": 1"#),
        "normalization: axis is 5, expected an axis of 1 dimensions"
      ),
      (
        .plain("BatchNormalization", #""center": 3"#),
        "batchnormalization: center is 3, expected true or false"
      ),
    ] as [(KerasFile.Layer, String)])
  func settings(_ layer: KerasFile.Layer, _ expected: String) throws {
    #expect(
      try text(layer, .dense("e", 2, 1))
        == "m.h5: layer \(expected)\n  save the whole model again with a supported value")
  }

  @Test("an input that can have no samples", arguments: ["0", "1000000, 1000000", "-2", "\"a\""])
  func inputShapes(_ dimensions: String) throws {
    let input = KerasFile.Layer.plain("InputLayer", #""batch_shape": [null, \#(dimensions)]"#)
    let count = dimensions.contains(",") ? 3 : 2
    #expect(
      try text(KerasFile([input, .dense("d", 2, 1)])) == """
        m.h5: layer inputlayer: batch_shape is a list of \(count), expected dimensions of 1 or more
          save the whole model again with a supported value
        """)
  }

  @Test("an input that is stated to be as large as memory is not believed")
  func hugeInput() throws {
    let input = KerasFile.Layer.plain("InputLayer", #""batch_shape": [null, 2147483647]"#)
    #expect(
      try text(KerasFile([input, .plain("Rescaling"), .dense("d", 2, 1)])) == """
        m.h5: layer rescaling: gives 2147483647 numbers, expected 16777216
          \(again)
        """)
  }

  @Test("shapes that do not meet")
  func shapes() throws {
    #expect(
      try text(.plain("Rescaling", #""scale": [1, 2, 3]"#), .dense("d", 2, 1))
        == "m.h5: layer rescaling: gives 3 numbers, expected 2\n  \(again)")
    #expect(
      try text(.plain("Reshape", #""target_shape": [3]"#), .dense("d", 3, 1))
        == "m.h5: layer reshape: gives 3 numbers, expected 2\n  \(again)")
    #expect(
      try text(.dense("d", 2, 4), .plain("Reshape", #""target_shape": [2, 2]"#))
        == "m.h5: layer reshape: reshapes between Dense layers\n  \(supported)")
    #expect(
      try text(
        KerasFile([.plain("InputLayer", #""batch_shape": [null, 5, 4]"#), .dense("d", 4, 1)]))
          == """
          m.h5: layer d: Dense acts on samples of shape (5, 4), expected one dimension
            put a Flatten layer before it
          """)
    let images: [KerasFile.Layer] = [
      .plain("InputLayer", #""batch_shape": [null, 5, 4]"#),
      .plain("Flatten", #""data_format": "channels_first""#), .dense("d", 20, 1),
    ]
    #expect(
      try text(KerasFile(images)) == """
        m.h5: layer flatten: acts on axis 1 (channels_first), expected the last one
          only layers whose features are on the last axis are supported
        """)
    let batch = KerasFile.Layer.batch(
      gamma: [1, 1], beta: [1, 1], mean: [1, 1], variance: [1, 1], settings: #""axis": 1"#)
    #expect(
      try text(
        KerasFile([
          .plain("InputLayer", #""batch_shape": [null, 2, 4]"#), batch, .plain("Flatten"),
          .dense("d", 8, 1),
        ])) == """
          m.h5: layer bn: acts on axis [1], expected the last one
            only layers whose features are on the last axis are supported
          """)
  }
}

@Suite struct KerasGraphErrorTests {
  /// Layers of one unit each, with their sources.
  private func text(_ layers: [(String, [String])], output: String) throws -> String {
    var list = [KerasFile.Layer.plain("InputLayer", #""batch_shape": [null, 1]"#)]
    list[0].name = "in"
    for (name, sources) in layers {
      var layer = KerasFile.Layer.dense(name, 1, 1)
      layer.sources = sources
      list.append(layer)
    }
    var file = KerasFile(list)
    file.ends = ("in", output)
    return try LoaderTests.text(file)
  }

  @Test("branches, shared layers and loose ends are named")
  func graphs() throws {
    #expect(
      try text([("a", ["in"]), ("b", ["a"]), ("c", ["a"])], output: "c")
        == "m.h5: layer a: feeds 2 layers: b, c\n  \(plainChain)")
    #expect(
      try text([("a", ["in", "b"]), ("b", ["a"])], output: "b")
        == "m.h5: layer a: is used 2 times\n  \(plainChain)")
    #expect(
      try text([("a", ["in"]), ("b", ["c"]), ("c", ["b"])], output: "a")
        == "m.h5: layer b: is not connected to the model's input and output\n  \(again)")
    #expect(
      try text([("a", ["in"]), ("b", ["a"])], output: "a")
        == "m.h5: layer b: is not connected to the model's input and output\n  \(again)")
    #expect(
      try text([("a", ["in"])], output: "z")
        == "m.h5: layer z: is not connected to the model's input and output\n  \(again)")
    #expect(
      try text([("a", ["x"])], output: "a")
        == "m.h5: layer a: is not connected to the model's input and output\n  \(again)")
  }

  @Test("several inputs, several tensors, and layers that are called for training")
  func nodes() throws {
    let template = #"""
      {"class_name": "Functional", "config": {"layers": [
        {"class_name": "InputLayer", "name": "in", "config": {"batch_shape": [null, 1]},
         "inbound_nodes": []},
        {"class_name": "Dense", "name": "a", "config": {"units": 1, "use_bias": true},
         "inbound_nodes": [NODE]}], "input_layers": INPUTS, "output_layers": ["a", 0, 0]}}
      """#
    func text(_ node: String, inputs: String = #"["in", 0, 0]"#) throws -> String {
      try withTemporaryFolder { folder in
        try HDF5Writer("\(folder)/m.h5").attribute(
          "model_config",
          template.replacing("NODE", with: node).replacing("INPUTS", with: inputs))
        return errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") }
      }
    }
    #expect(
      try text(#"[["in", 0, 0, {}]]"#, inputs: #"[["in", 0, 0], ["other", 0, 0]]"#)
        == "m.h5: /@model_config: the model has 2 inputs (in, other), expected one\n  \(plainChain)"
    )
    #expect(
      try text(#"[["in", 0, 0, {}], ["in", 0, 0, {}]]"#)
        == "m.h5: layer a: takes 2 inputs: in, in\n  \(plainChain)")
    #expect(
      try text(#"[["in", 0, 0, {"training": true}]]"#)
        == "m.h5: layer a: is called with training=True\n  build the model without training=True")
  }
}

@Suite struct KerasWeightErrorTests {
  @Test("weights that the file lists in other numbers than the architecture has")
  func counts() throws {
    var dense = KerasFile.Layer.dense("d", 2, 1)
    dense.weights.removeLast()
    #expect(
      try text(dense) == """
        m.h5: layer d (/model_weights/d@weight_names): lists 1 weights, expected kernel, bias
          \(again)
        """)
    dense.weights = []
    #expect(
      try text(.dense("c", 2, 2), dense)
        == "m.h5: layer d: has no weights: the file lists 1 layers with weights\n  \(again)")
    var dropout = KerasFile.Layer.plain("Dropout")
    dropout.weights = [("seed", [1], [1])]
    #expect(
      try text(.dense("c", 2, 2), dropout) == """
        m.h5: /model_weights@layer_names: lists 2 layers with weights, the architecture has 1
          \(again)
        """)
  }

  @Test("kernels and biases that do not fit have both shapes in the text")
  func shapes() throws {
    var dense = KerasFile.Layer.dense("d", 2, 3)
    dense.weights[0].shape = [3, 2]
    #expect(
      try text(dense) == """
        m.h5: /model_weights/d/d/kernel: shape (3, 2), expected (2, 3)
          save the whole model again in one call
        """)
    #expect(
      try text(.dense("d", 4, 3)) == """
        m.h5: /model_weights/d/d/kernel: shape (4, 3), expected (2, 3)
          save the whole model again in one call
        """)
    #expect(
      try text(.dense("d", 2, 128), .dense("e", 64, 32)) == """
        m.h5: /model_weights/e/e/kernel: shape (64, 32) does not follow the previous layer's 128 units
          the layers come from different models: save the whole model again in one call
        """)
    dense = .dense("d", 2, 3)
    dense.weights[1] = ("bias", [1, 3], [1, 2, 3])
    #expect(
      try text(dense) == """
        m.h5: /model_weights/d/d/bias: shape (1, 3), expected (3,)
          save the whole model again in one call
        """)
  }

  @Test("numbers that are not finite, too large or no variance are shown with their place")
  func values() throws {
    let diverged =
      "the training diverged or the file is damaged: save the model at an earlier epoch"
    var dense = KerasFile.Layer.dense("d", 2, 3)
    dense.weights[0].numbers[4] = .nan
    #expect(
      try text(dense) == """
        m.h5: /model_weights/d/d/kernel: entry (1, 1) is nan, expected a finite number
          \(diverged)
        """)
    func variance(_ value: Double) throws -> String {
      try text(
        .dense("d", 2, 2),
        .batch(
          gamma: [1, 1], beta: [0, 0], mean: [0, 0], variance: [1, value],
          settings: #""axis": -1"#))
    }
    #expect(
      try variance(-1) == """
        m.h5: /model_weights/bn/bn/moving_variance: entry (1,) is -1.0, expected a variance of 0 or more
          \(diverged)
        """)
    #expect(
      try variance(-.infinity) == """
        m.h5: /model_weights/bn/bn/moving_variance: entry (1,) is -inf, expected a finite number
          \(diverged)
        """)
    try withTemporaryFolder { folder in
      do {
        let file = KerasFile(features: 2, [.dense("d", 2, 1)])
        let writer = try HDF5Writer("\(folder)/m.h5")
        writer.attribute("model_config", file.config)
        writer.dataset("model_weights/d/kernel", [1, 1e300], shape: [2, 1], as: .float64)
        writer.dataset("model_weights/d/bias", [1], shape: [1])
        writer.attribute("layer_names", of: "/model_weights", ["d"])
        writer.attribute("weight_names", of: "/model_weights/d", ["kernel", "bias"])
      }
      #expect(
        errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") } == """
          m.h5: /model_weights/d/kernel: entry (1, 0) is 1e+300, too large for 32 bits
            \(diverged)
          """)
    }
  }

  @Test("a layer or its weights outside the model's own groups is refused")
  func outside() throws {
    let file = KerasFile(features: 2, [.dense("/d", 2, 1)])
    let config = file.config
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/m.h5")
        writer.attribute("model_config", config)
        writer.group("model_weights")
        writer.attribute("layer_names", of: "/model_weights", ["/d"])
      }
      #expect(
        errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") }
          == "m.h5: /model_weights@layer_names: \"/d\" is not inside the layer's group\n  \(again)")
    }
  }
}

@Suite struct KerasConfigurationErrorTests {
  @Test(
    "a description that describes no model has its text",
    arguments: [
      ("{", "/@model_config: is not valid JSON\n  \(again)"),
      (
        String(repeating: "[", count: 100_000),
        "/@model_config: is nested more than 128 levels deep\n  \(again)"
      ),
      ("[1]", "/@model_config: describes no layers\n  \(again)"),
      (#"{"class_name": "Sequential"}"#, "/@model_config: describes no layers\n  \(again)"),
      (
        #"{"class_name": "Sequential", "config": {"layers": []}}"#,
        "/@model_config: describes no layers\n  \(again)"
      ),
      (
        #"{"class_name": "Sequential", "config": {"layers": [7]}}"#,
        "/@model_config: a layer is 7, expected a class_name and a config\n  "
          + "save the whole model again with a supported value"
      ),
      (
        #"{"class_name": "Graph", "config": {"layers": [{"class_name": "Dense", "config": {}}]}}"#,
        "/@model_config: class_name is Graph, expected Sequential or Functional\n  "
          + "save the whole model again with a supported value"
      ),
      (
        #"{"class_name": "My>Net", "config": {"layers": [{"class_name": "Dense", "config": {}}]}}"#,
        "/@model_config: My>Net is a class of its author's own\n  "
          + "files carry no code for it; use a layer or function that Keras has"
      ),
      (
        #"{"class_name": "Sequential", "config": {"layers": [{"class_name": "ReLU", "config": {}}]}}"#,
        "the model has no Dense layer\n  only chains of Dense layers can be diagnosed"
      ),
    ])
  func descriptions(_ config: String, _ expected: String) throws {
    try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/m.h5").attribute("model_config", config)
      #expect(
        errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") } == "m.h5: " + expected)
    }
  }

  @Test("files without their lists of names")
  func names() throws {
    let config = KerasFile(features: 2, [.dense("d", 2, 1)]).config
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/m.h5")
        writer.attribute("model_config", config)
        writer.group("model_weights/d")
      }
      #expect(
        errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") }
          == "m.h5: /model_weights: has no attribute layer_names\n  \(again)")
    }
  }
}
