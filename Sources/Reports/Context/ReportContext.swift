/// What a report says beside the diagnosis: which program judged which model on which data.
public struct ReportContext: Sendable {
  /// The program and what it ran on.
  public let tool: ReportedTool
  /// The model that was judged.
  public let model: ReportedModel
  /// The file that held the samples.
  public let dataPath: String
  /// The loss, by its full Keras name, such as `mean_squared_error`.
  public let lossName: String
  /// The dataset of the samples' weights; `nil` if all count alike.
  public let weightsPath: String?
  /// The mean loss that came with a recording, over all of its samples; `nil` for a model.
  public let recordedLoss: Double?
  /// The same of held-out samples that were recorded apart.
  public let recordedValidationLoss: Double?
  /// Whether the file holds the weights that could grow, as a recording may not.
  public let canGrow: Bool
  /// What a reader should know of how the files were read, in whole sentences.
  public let notes: [String]
  /// The options that led to this diagnosis, for the command that follows from it.
  public let options: [String]

  /// Everything a report needs beside the diagnosis.
  public init(
    tool: ReportedTool, model: ReportedModel, dataPath: String, lossName: String,
    weightsPath: String? = nil, recordedLoss: Double? = nil,
    recordedValidationLoss: Double? = nil, canGrow: Bool = true, notes: [String] = [],
    options: [String] = []
  ) {
    self.tool = tool
    self.model = model
    self.dataPath = dataPath
    self.lossName = lossName
    self.weightsPath = weightsPath
    self.recordedLoss = recordedLoss
    self.recordedValidationLoss = recordedValidationLoss
    self.canGrow = canGrow
    self.notes = notes
    self.options = options
  }
}

extension ReportContext {
  /// That samples have weights, for the line that counts them.
  var weighting: [String] { weightsPath.map { ["weighted by \($0)"] } ?? [] }
}

/// The program and what it ran on.
public struct ReportedTool: Sendable {
  /// The program's version.
  public let version: String
  /// The OpenBLAS kernels that were in use.
  public let blas: String
  /// How many workers shared the samples.
  public let threads: Int
  /// The time from opening the model to the report.
  public let seconds: Double

  /// What a report says of the program.
  public init(version: String, blas: String, threads: Int, seconds: Double) {
    self.version = version
    self.blas = blas
    self.threads = threads
    self.seconds = seconds
  }
}

/// The model that was judged.
public struct ReportedModel: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The file's format, for a person.
  public let format: String
  /// How many weights and biases its Dense layers have.
  public let parameters: Int
  /// Its Dense layers, from the input on.
  public let layers: [ReportedLayer]

  /// What a report says of a model.
  public init(path: String, format: String, parameters: Int, layers: [ReportedLayer]) {
    self.path = path
    self.format = format
    self.parameters = parameters
    self.layers = layers
  }
}

/// One Dense layer of a model.
public struct ReportedLayer: Equatable, Sendable {
  /// The layer's name in its file.
  public let name: String
  /// Its inputs, without the bias's (fan-in).
  public let inputs: Int
  /// Its units.
  public let units: Int
  /// The function of its units, by its Keras name.
  public let activation: String
  /// Whether it has a bias.
  public let bias: Bool

  /// What a report says of a layer.
  public init(name: String, inputs: Int, units: Int, activation: String, bias: Bool) {
    self.name = name
    self.inputs = inputs
    self.units = units
    self.activation = activation
    self.bias = bias
  }
}
