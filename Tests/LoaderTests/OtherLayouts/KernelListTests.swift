import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite("Lists of kernels") struct KernelListTests {
  /// A way of naming kernels and biases, counted from 0.
  struct Naming: CustomTestStringConvertible, Sendable {
    let kernel: @Sendable (Int) -> String
    let bias: @Sendable (Int) -> String
    let names: [String]
    var testDescription: String { kernel(0) }

    static let all: [Naming] = [
      Naming(
        kernel: { "coefs_/\($0)" }, bias: { "intercepts_/\($0)" },
        names: ["coefs_.0", "coefs_.1", "coefs_.2"]),
      Naming(
        kernel: { "coefs_\($0)" }, bias: { "intercepts_\($0)" },
        names: ["coefs_0", "coefs_1", "coefs_2"]),
      // 9 comes before 10 and 11 by number alone.
      Naming(kernel: { "W\($0 + 9)" }, bias: { "b\($0 + 9)" }, names: ["W9", "W10", "W11"]),
      Naming(
        kernel: { "net/layer\($0)/W" }, bias: { "net/layer\($0)/b" },
        names: ["net.layer0", "net.layer1", "net.layer2"]),
      Naming(
        kernel: { "weights/\($0)" }, bias: { "biases/\($0)" },
        names: ["weights.0", "weights.1", "weights.2"]),
      Naming(
        kernel: { "kernel_\($0)" }, bias: { "bias_\($0)" },
        names: ["kernel_0", "kernel_1", "kernel_2"]),
    ]
  }

  /// How a bias is stored.
  enum BiasShape: CaseIterable, Sendable {
    case vector, row, column, missing

    func shape(_ count: Int) -> [Int] {
      switch self {
      case .vector, .missing: [count]
      case .row: [1, count]
      case .column: [count, 1]
      }
    }
  }

  private static let activations: [Activation] = [.relu, .tanh, .softmax]
  private static let options = ModelOptions(activations: activations)

  private func withFile<Result>(
    _ naming: Naming = Naming.all[0], widths: [Int] = [4, 6, 2, 3], bias: BiasShape = .vector,
    transposed: Bool = false, as stored: HDF5Writer.Stored = .float64,
    _ change: (HDF5Writer) -> Void = { _ in },
    _ body: (_ path: String, _ network: Network<Float>) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      var random = SeededGenerator(seed: widths.reduce(0, +))
      let network = Network<Float>(
        random.network(widths, hidden: .relu, hasBias: bias != .missing))
      do {
        let writer = try HDF5Writer("\(folder)/list.h5")
        for (index, layer) in network.layers.enumerated() {
          let (inputs, units) = (layer.inputs, layer.outputs)
          let kernel = (0..<inputs * units).map { place in
            transposed
              ? layer.weights[place % inputs, place / inputs]
              : layer.weights[place / units, place % units]
          }
          writer.dataset(
            naming.kernel(index), kernel.map(Double.init),
            shape: transposed ? [units, inputs] : [inputs, units], as: stored)
          guard bias != .missing else { continue }
          writer.dataset(
            naming.bias(index), layer.weights.storage.suffix(units).map(Double.init),
            shape: bias.shape(units), as: stored)
        }
        change(writer)
      }
      return try body("\(folder)/list.h5", network)
    }
  }

  @Test(
    "are read under every name, either way around, and grow in kind", arguments: Naming.all,
    BiasShape.allCases)
  func reading(naming: Naming, bias: BiasShape) throws {
    for transposed in [false, true] where !(transposed && naming.kernel(0).hasPrefix("coefs")) {
      try withFile(naming, bias: bias, transposed: transposed) { path, network in
        let model = try loadModel(at: path, Self.options)
        #expect(model.format == .kernelList && model.network.layers.map(\.name) == naming.names)
        #expect(model.network.layers.map(\.weights) == network.layers.map(\.weights))
        #expect(model.network.layers.map(\.hasBias) == network.layers.map(\.hasBias))
        let grown = try model.network.grownAtRandom(layer: 0, count: 2, seed: 1)
          .grownAtRandom(layer: 1, count: 1, seed: 2)
        let out = path + ".grown"
        try write(grown, grownFrom: model, to: out)
        #expect(try loadModel(at: out, Self.options).network == grown)
        let (old, new) = (try HDF5Listing(path).objects, try HDF5Listing(out).objects)
        #expect(old.keys.sorted() == new.keys.sorted())
      }
    }
  }

  @Test("the sides of square kernels are for the user to tell")
  func square() throws {
    try withFile(Naming.all[2], widths: [3, 3, 3, 3]) { path, network in
      let error = #expect(throws: ModelError.self) { try loadModel(at: path, Self.options) }
      #expect(
        error.map { $0.description.dropFirst($0.file.count) } == """
          : does not tell whether W9, W10, W11 are (inputs, units) or (units, inputs): both fit
          """)
      #expect(error?.advice == "say whether inputs or units come first")
      var told = Self.options
      told.kernelSides = .inputsUnits
      #expect(
        try loadModel(at: path, told).network.layers.map(\.weights)
          == network.layers.map(\.weights))
      told.kernelSides = .unitsInputs
      let other = try loadModel(at: path, told).network
      #expect(other.layers[0].weights[0, 1] == network.layers[0].weights[1, 0])
    }
    // scikit-learn has but one way.
    try withFile(Naming.all[1], widths: [3, 3, 3, 3]) { path, network in
      let read = try loadModel(at: path, Self.options).network
      #expect(read.layers.map(\.weights) == network.layers.map(\.weights))
    }
  }

  @Test("the loss is not guessed, and samples in the file are found")
  func loss() throws {
    try withFile { writer in
      writer.dataset("x", [Double](repeating: 0.5, count: 8), shape: [2, 4])
      writer.dataset("y", [0, 2], shape: [2], as: .int64)
    } _: { path, _ in
      let model = try loadModel(at: path, Self.options)
      #expect(model.carriesData && model.loss == nil && model.producer == "scikit-learn")
      let error = #expect(throws: ModelError.self) { try openSamples(for: model) }
      #expect(error?.problem == .model(.lossNotTold))
      #expect(error?.advice.hasPrefix("name one of these: ") == true)
      let loss = Loss.sparseCategoricalCrossentropy(fromLogits: false)
      #expect(try openSamples(for: model, SampleOptions(loss: loss)).training.sampleCount == 2)
    }
  }

  @Test("what is missing, or does not fit, is told")
  func refused() throws {
    try withFile { path, _ in
      let none = #expect(throws: ModelError.self) { try loadModel(at: path) }
      #expect(
        none?.problem
          == .model(
            .kernelList(layers: ["coefs_.0", "coefs_.1", "coefs_.2"], ofScikitLearn: true)))
      let few = #expect(throws: ModelError.self) {
        try loadModel(at: path, ModelOptions(activations: [.relu]))
      }
      #expect(few?.isOfContent == true)
    }
    // Kernels of scikit-learn the wrong way around.
    try withFile(transposed: true) { path, _ in
      let error = #expect(throws: ModelError.self) { try loadModel(at: path, Self.options) }
      #expect(error?.place == "/intercepts_/0" || error?.place == "/coefs_/1")
    }
    // Nothing follows anything: some other program's.
    try withFile(Naming.all[2]) { writer in
      writer.dataset("W12", [1, 2, 3, 4, 5], shape: [5, 1])
    } _: { path, _ in
      let error = #expect(throws: ModelError.self) { try loadModel(at: path, Self.options) }
      guard case .model(.unknownLayout) = error?.problem else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    let state = ModelOptions(
      activations: Self.activations, kernelSides: .inputsUnits)
    let error = #expect(throws: ModelError.self) {
      try loadModel(at: fixturePath("every-format/state.h5"), state)
    }
    #expect(error?.place == "/0.bias")
    let native = ModelOptions(kernelSides: .inputsUnits)
    let other = #expect(throws: ModelError.self) {
      try loadModel(at: fixturePath("every-format/native.h5"), native)
    }
    #expect(other?.problem == .model(.kernelSidesNotNeeded))
  }
}
