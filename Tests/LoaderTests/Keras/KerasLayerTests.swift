import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

/// The model in a file that is written for the occasion.
private func load(
  _ file: KerasFile, spoil: (HDF5Writer) -> Void = { _ in }
) throws -> LoadedModel {
  try withTemporaryFolder { folder in
    try file.write(to: "\(folder)/m.h5", spoil: spoil)
    return try loadModel(at: "\(folder)/m.h5")
  }
}

@Suite struct KerasLayerTests {
  @Test("a kernel stands above its bias, inputs × units")
  func dense() throws {
    let network = try load(KerasFile(features: 2, [.dense("d", 2, 3)])).network
    #expect(
      network.layers[0].weights
        == Matrix(rows: 3, columns: 3, storage: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0, 1, 2]))
    #expect(network.layers[0].hasBias)
    #expect(network.layers[0].stages == [])
  }

  @Test(
    "an activation means what its version of Keras meant",
    arguments: [
      (#""relu""#, "3.15.1", .relu), (#""leaky_relu""#, "3.15.1", .leakyReLU(0.2)),
      (#""hard_sigmoid""#, "3.15.1", .hardSigmoid),
      (#""hard_sigmoid""#, "2.15.0", .hardSigmoidKeras2), (#""swish""#, "2.15.0", .silu),
      (#""relu6""#, "2.15.0", .relu6), (#""gelu""#, "3.0.0", .gelu(approximate: false)),
      (
        #"{"class_name": "LeakyReLU", "config": {"name": "l", "negative_slope": 0.25}}"#,
        "3.15.1", .leakyReLU(0.25)
      ),
      (#"{"class_name": "ELU", "config": {"alpha": 0.5}}"#, "2.15.0", .elu(alpha: 0.5)),
    ] as [(String, String, Activation)])
  func activations(_ setting: String, _ version: String, _ expected: Activation) throws {
    var file = KerasFile(features: 2, [.dense("d", 2, 3, activation: setting)])
    file.version = version
    #expect(try load(file).network.layers[0].stages == [.activation(expected)])
  }

  @Test(
    "an activation layer acts on the layer before it",
    arguments: [
      (.plain("ReLU"), .relu),
      (
        .plain("ReLU", #""max_value": 2.5, "negative_slope": 0.1, "threshold": 0.5"#),
        .rectifier(negativeSlope: 0.1, maximum: 2.5, threshold: 0.5)
      ),
      (.plain("LeakyReLU"), .leakyReLU(0.3)),
      (.plain("LeakyReLU", #""alpha": 0.1"#), .leakyReLU(0.1)),
      (.plain("LeakyReLU", #""alpha": {"type": "ndarray", "value": 0.1}"#), .leakyReLU(0.1)),
      (.plain("LeakyReLU", #""negative_slope": 0.05"#), .leakyReLU(0.05)),
      (.plain("ELU"), .elu(alpha: 1)), (.plain("Softmax", #""axis": -1"#), .softmax),
      (.plain("Activation", #""activation": "tanh""#), .tanh),
    ] as [(KerasFile.Layer, Activation)])
  func activationLayers(_ layer: KerasFile.Layer, _ expected: Activation) throws {
    let model = try load(KerasFile(features: 2, [.dense("d", 2, 3), layer]))
    #expect(model.network.layers[0].stages == [.activation(expected)])
  }

  @Test("BatchNormalization subtracts the mean before it scales")
  func batchNormalization() throws {
    let model = try load(
      KerasFile(
        features: 2,
        [
          .dense("d", 2, 2),
          .batch(
            gamma: [2, 3], beta: [5, 6], mean: [1e4, 7], variance: [3, 8],
            settings: #""axis": [1], "epsilon": 1.0"#),
        ]))
    let expected = Affine<Float>(center: [1e4, 7], scale: [1, 1], offset: [5, 6])
    #expect(model.network.layers[0].stages == [.affine(expected)])
  }

  @Test("BatchNormalization without scale, without centre, without either")
  func partialBatchNormalization() throws {
    func stage(_ gamma: [Double], _ beta: [Double]) throws -> Stage<Float>? {
      let settings =
        #""axis": -1, "epsilon": 1.0, "scale": \#(!gamma.isEmpty), "center": \#(!beta.isEmpty)"#
      let layer = KerasFile.Layer.batch(
        gamma: gamma, beta: beta, mean: [1, 2], variance: [3, 8], settings: settings)
      return try load(KerasFile(features: 2, [layer, .dense("d", 2, 2)])).network.preprocessing
        .first
    }
    let third = Float(1.0 / 3)
    #expect(
      try stage([], [4, 5])
        == .affine(Affine(center: [1, 2], scale: [0.5, third], offset: [4, 5])))
    #expect(
      try stage([4, 6], []) == .affine(Affine(center: [1, 2], scale: [2, 2], offset: [0, 0])))
    #expect(
      try stage([], []) == .affine(Affine(center: [1, 2], scale: [0.5, third], offset: [0, 0])))
  }

  @Test("Rescaling takes a number or one for each feature")
  func rescaling() throws {
    func stage(_ settings: String) throws -> Stage<Float>? {
      try load(KerasFile(features: 2, [.plain("Rescaling", settings), .dense("d", 2, 1)]))
        .network.preprocessing.first
    }
    #expect(
      try stage(#""scale": 0.5, "offset": -1"#)
        == .affine(Affine(center: [0, 0], scale: [0.5, 0.5], offset: [-1, -1])))
    #expect(
      try stage(#""scale": [0.5, 2], "offset": 0.0"#)
        == .affine(Affine(center: [0, 0], scale: [0.5, 2], offset: [0, 0])))
  }

  @Test("Normalization reads its statistics from the weights, or from its settings")
  func normalization() throws {
    let adapted = KerasFile.Layer(
      className: "Normalization", name: "n", settings: #""axis": [-1], "mean": null"#,
      weights: [("mean", [2], [1, 2]), ("variance", [2], [4, 0]), ("count", [], [9])])
    let given = KerasFile.Layer.plain(
      "Normalization", #""axis": -1, "mean": [[1, 2]], "variance": [[4, 0]]"#)
    let common = KerasFile.Layer.plain(
      "Normalization", #""axis": null, "mean": 1, "variance": 4"#)
    let inverse = KerasFile.Layer.plain(
      "Normalization", #""axis": -1, "mean": [1, 2], "variance": [4, 9], "invert": true"#)
    func stage(_ layer: KerasFile.Layer) throws -> Stage<Float>? {
      try load(KerasFile(features: 2, [layer, .dense("d", 2, 1)])).network.preprocessing.first
    }
    let expected = Stage<Float>.affine(Affine(center: [1, 2], scale: [0.5, 1e7], offset: [0, 0]))
    #expect(try stage(adapted) == expected)
    #expect(try stage(given) == expected)
    #expect(
      try stage(common) == .affine(Affine(center: [1, 1], scale: [0.5, 0.5], offset: [0, 0])))
    #expect(
      try stage(inverse) == .affine(Affine(center: [0, 0], scale: [2, 3], offset: [1, 2])))
  }

  @Test("numbers per channel or per row are spread over the flattened image")
  func images() throws {
    func stage(_ axis: String, _ mean: String) throws -> Stage<Float>? {
      let layers: [KerasFile.Layer] = [
        .plain("InputLayer", #""batch_shape": [null, 2, 3]"#),
        .plain("Normalization", #""axis": \#(axis), "mean": \#(mean), "variance": 1"#),
        .plain("Flatten"), .dense("d", 6, 1),
      ]
      return try load(KerasFile(layers)).network.preprocessing.first
    }
    func expected(_ center: [Float]) -> Stage<Float> {
      .affine(
        Affine(
          center: center, scale: [Float](repeating: 1, count: 6),
          offset: [Float](repeating: 0, count: 6)))
    }
    #expect(try stage("-1", "[1, 2, 3]") == expected([1, 2, 3, 1, 2, 3]))
    #expect(try stage("1", "[1, 2]") == expected([1, 1, 1, 2, 2, 2]))
    #expect(try stage("[1, 2]", "[1, 2, 3, 4, 5, 6]") == expected([1, 2, 3, 4, 5, 6]))
  }

  @Test("Flatten and Reshape keep the order of the numbers")
  func reshaping() throws {
    let model = try load(
      KerasFile([
        .plain("InputLayer", #""batch_shape": [null, 2, 3, 1]"#),
        .plain("Reshape", #""target_shape": [3, -1]"#), .plain("Flatten"), .dense("d", 6, 1),
        .plain("Flatten"),
      ]))
    #expect(model.inputShape == [2, 3, 1])
    #expect(model.network.inputCount == 6)
    #expect(model.structure.map(\.outputShape) == [[2, 3, 1], [3, 2], [6], [1], [1]])
  }

  @Test("layers that do nothing outside training are left out, and said")
  func vanishing() throws {
    let model = try load(
      KerasFile(
        features: 2,
        [
          .plain("GaussianNoise"),
          .dense("d", 2, 2, settings: #""kernel_regularizer": {"class_name": "L1"}"#),
          .plain("Dropout"), .plain("AlphaDropout"), .plain("GaussianDropout"), .plain("Identity"),
          .plain("ActivityRegularization"), .dense("e", 2, 1),
        ]))
    #expect(model.network.layers.map(\.name) == ["d", "e"])
    #expect(model.network.preprocessing == [])
    #expect(
      model.notes == [
        "d: the penalty of its kernel_regularizer (L1) is not part of the loss shown here.",
        "activityregularization: its penalty is not part of the loss shown here.",
        "Left out, as they do nothing outside training: gaussiannoise, dropout, alphadropout, "
          + "gaussiandropout, identity, activityregularization.",
      ])
  }
}

@Suite struct KerasFileTests {
  @Test("a model that computes in another precision is told so")
  func precision() throws {
    let policy = #""dtype": {"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}"#
    #expect(
      try load(KerasFile(features: 2, [.dense("d", 2, 1, settings: policy)])).notes == [
        "The model computes in mixed_float16; here it computes in float32."
      ])
    #expect(
      try load(KerasFile(features: 2, [.dense("d", 2, 1, settings: #""dtype": "float32""#)])).notes
        == [])
  }

  @Test("a first layer says how large a sample is, or its kernel does")
  func openInput() throws {
    var older = KerasFile([.dense("d", 4, 2, settings: #""batch_input_shape": [null, 4]"#)])
    older.version = "2.2.4"
    #expect(try load(older).inputShape == [4])
    #expect(try load(KerasFile([.dense("d", 4, 2)])).inputShape == [4])
    var built = KerasFile([.plain("Rescaling"), .plain("Flatten"), .dense("d", 6, 2)])
    built.extra = #""build_input_shape": [null, 2, 3]"#
    #expect(try load(built).inputShape == [2, 3])
    let scaled = KerasFile([.plain("Rescaling", #""scale": 0.5"#), .dense("d", 3, 2)])
    #expect(
      try load(scaled).network.preprocessing == [
        .affine(Affine(center: [0, 0, 0], scale: [0.5, 0.5, 0.5], offset: [0, 0, 0]))
      ])
    let open = KerasFile([
      .plain("InputLayer", #""batch_shape": [null, null]"#),
      .batch(
        gamma: [1, 1], beta: [0, 0], mean: [0, 0], variance: [1, 1], settings: #""axis": -1"#),
      .dense("d", 2, 2),
    ])
    #expect(try load(open).inputShape == [2])
  }

  @Test(
    "a functional model is followed by its graph, its weights by its list", arguments: ["2", "3"])
  func functional(_ major: String) throws {
    var last = KerasFile.Layer.dense("last", 2, 1)
    last.sources = ["first"]
    var first = KerasFile.Layer.dense("first", 3, 2)
    first.sources = ["in"]
    let input = KerasFile.Layer(
      className: "InputLayer", name: "in",
      settings: #""batch_shape": [null, 3], "batch_input_shape": [null, 3]"#)
    var file = KerasFile([last, input, first])
    file.ends = ("in", "last")
    file.version = major + ".10.0"
    let model = try load(file)
    #expect(model.network.layers.map(\.name) == ["first", "last"])
    #expect(model.structure.map(\.name) == ["in", "first", "last"])
  }

  @Test("lists of names split over several attributes are put together")
  func splitNames() throws {
    let file = KerasFile(features: 2, [.dense("a", 2, 2), .dense("b", 2, 1)])
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/m.h5")
        writer.attribute("model_config", file.config)
        writer.group("model_weights")
        writer.attribute("layer_names0", of: "/model_weights", ["in", "a"], as: .nullPadded)
        writer.attribute("layer_names1", of: "/model_weights", ["b"], as: .nullPadded)
        for layer in file.layers {
          writer.group("model_weights/\(layer.name)")
          for (index, weight) in layer.weights.enumerated() {
            writer.attribute(
              "weight_names\(index)", of: "/model_weights/\(layer.name)", [weight.name + ":0"],
              as: .spacePadded)
            writer.dataset(
              "model_weights/\(layer.name)/\(weight.name):0", weight.numbers, shape: weight.shape,
              as: .float64BigEndian)
          }
          if layer.weights.isEmpty {
            writer.attribute("weight_names", of: "/model_weights/\(layer.name)", [String]())
          }
        }
      }
      let model = try loadModel(at: "\(folder)/m.h5")
      #expect(model.network.layers.map(\.name) == ["a", "b"])
      #expect(model.producer == "Keras of unknown version")
      #expect(model.format == .keras2)
    }
  }

  @Test("the configuration of old Sequential models is a bare list")
  func bareList() throws {
    try withTemporaryFolder { folder in
      let file = KerasFile([.dense("d", 4, 2)])
      do {
        let writer = try HDF5Writer("\(folder)/m.h5")
        let config = file.config.replacing(#"{"name": "net", "layers": "#, with: "")
        writer.attribute("model_config", String(config.dropLast()))
        writer.dataset("model_weights/d/kernel", [1, 2, 3, 4, 5, 6, 7, 8], shape: [4, 2])
        writer.dataset("model_weights/d/bias", [1, 2], shape: [2])
        writer.attribute("layer_names", of: "/model_weights", ["d"])
        writer.attribute("weight_names", of: "/model_weights/d", ["kernel", "bias"])
      }
      #expect(try loadModel(at: "\(folder)/m.h5").network.layers[0].outputs == 2)
    }
  }
}
