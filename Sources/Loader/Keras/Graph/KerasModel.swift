internal import HDF5
internal import Networks

/// A way in which Keras keeps a model: where its architecture, its weights and its loss are.
protocol KerasModel {
  /// The file with the weights.
  var file: File { get }
  /// The file that the caller named, for errors that are of no object in `file`.
  var path: String { get }
  var format: ModelFormat { get }
  /// The description of the layers.
  var configuration: KerasConfiguration { get }
  /// The version of the Keras that wrote it, if it says so.
  var version: String? { get }
  /// The first part of that version.
  var major: Int { get }
  /// Whether samples may stand beside the model.
  var mayCarryData: Bool { get }
  /// The member of the file's root that holds the optimizer's state, if there is one.
  var optimizer: String { get }

  /// All that the optimizer keeps, in its order.
  func optimizerDatasets() throws(ModelError) -> [Dataset]
  /// The datasets of every layer of the architecture, none for layers without weights.
  func weights(of architecture: KerasArchitecture) throws(ModelError) -> [[Dataset]]
  /// The loss it was compiled with; `nil` if it was not.
  func loss() throws(ModelError) -> KerasLoss?
  /// The optimizer it was compiled with, as it is described; `nil` if it was not.
  func optimizerDescription() -> JSONValue?
  /// Puts a changed description of the layers into what will be written.
  func store(_ configuration: String, in revision: inout ModelRevision)
  /// Changes what stands beside layers and weights, if anything.
  func revise(_ revision: inout ModelRevision) throws(ModelError)
}

extension KerasModel {
  /// Reads architecture, weights and loss.
  func load() throws(ModelError) -> LoadedModel {
    let architecture = try KerasArchitecture(parsing: configuration)
    let weights = try weights(of: architecture)
    let inputShape = try inputShape(of: architecture, weights)
    var assembly = KerasAssembly(file: file, path: path, inputShape: inputShape, major: major)
    var training = KerasTraining(file: file)
    for index in architecture.chain {
      let before = assembly.builder
      try assembly.append(architecture.layers[index], weights: weights[index])
      try training.append(
        architecture.layers[index], weights: weights[index], from: before, to: assembly.builder)
    }
    let network = try assembly.builder.network()
    let loss = try loss()
    return LoadedModel(
      path: path, format: format, producer: "Keras \(version ?? producerOfUnknownVersion)",
      inputShape: inputShape, network: network,
      loss: loss?.loss, lossProblem: loss?.problem,
      notes: assembly.finalNotes() + (loss?.notes ?? []),
      lossAssumptions: loss?.assumptions ?? [],
      carriesData: mayCarryData ? try SampleSearch(file: file).findsSamples() : false,
      structure: assembly.builder.structure,
      training: training.training(optimizer: optimizerDescription()))
  }

  private var producerOfUnknownVersion: String {
    format == .keras2 ? "of unknown version" : "\(major)"
  }

  /// The dimensions of a sample: those the first layer states, or the model, or the first kernel.
  private func inputShape(
    of architecture: KerasArchitecture, _ weights: [[Dataset]]
  ) throws(ModelError) -> [Int] {
    let layers = architecture.layers
    // A model inside the model may stand first.
    let first = architecture.chain.first { !layers[$0].isModel }
    if let first, let shape = try layers[first].sampleShape() {
      return shape
    }
    if let shape = architecture.buildShape { return shape }
    let dense = architecture.chain.first { layers[$0].className == "Dense" }
    guard let dense, let kernel = weights[dense].first, let height = kernel.shape.first else {
      return [1]
    }
    return [max(1, height)]
  }

  func revise(_ revision: inout ModelRevision) throws(ModelError) {}

  /// Keras 3 numbers them: `/optimizer/vars/0`, `/optimizer/vars/1`, ….
  func optimizerDatasets() throws(ModelError) -> [Dataset] {
    try reading { () throws(HDF5Error) in
      let group = try file.root.group("\(optimizer)/vars")
      let count = try group.childNames().count
      var datasets: [Dataset] = []
      for place in 0..<count { datasets.append(try group.dataset(String(place))) }
      return datasets
    }
  }
}

/// The first part of a version.
func majorVersion(_ version: String) -> Int? { Int(version.prefix { $0 != "." }) }
