public import LinearAlgebra
public import Networks

/// A model as its file describes it.
public struct LoadedModel: Sendable {
  /// The file the model was read from.
  public internal(set) var path: String
  /// The layout of that file.
  public let format: ModelFormat
  /// What wrote the file, as in `Keras 3.15.1`.
  public let producer: String
  /// The dimensions of a sample, as in `[784]`, or `[28, 28, 1]` before a Flatten.
  public let inputShape: [Int]
  /// The chain of Dense layers with what stands between them.
  public let network: Network<Float>
  /// The loss the model was trained with; `nil` if the file names none, or none that is supported.
  public let loss: Loss?
  /// Why the file's own loss cannot be used, if it has one.
  public let lossProblem: ModelError?
  /// What was left out or decided in reading, in whole sentences.
  public internal(set) var notes: [String]
  /// Whether the file also holds samples, under one of the names looked for by default.
  public let carriesData: Bool
  /// All layers in order, those left out included.
  public let structure: [LayerSummary]
  /// How the model grew, from the first growth to the last; empty if it never did.
  public internal(set) var history: [GrowthRecord] = []
  /// What was said beside the file's name when it was read.
  public internal(set) var options = ModelOptions()
}

/// The layouts of models that are read.
public enum ModelFormat: String, Sendable, CaseIterable {
  /// A whole model, saved by Keras 2 (tf.keras) as `.h5`.
  case keras2
  /// A whole model, saved by Keras 3 as `.h5`.
  case keras3
  /// A whole model, saved by Keras 3 or 2 as `.keras`.
  case kerasArchive
  /// Weights that Keras saved alone, with the architecture in another file.
  case kerasWeights
  /// A flat list of weights, as PyTorch's `state_dict()` gives it.
  case stateDictionary
  /// `/model/layers/NNN_name`, the layout any program can write.
  case native
  /// A list of kernels and biases, as scikit-learn or a textbook names them.
  case kernelList
  /// Weights beside recorded activations, with nothing of what lies between the layers.
  case recording

  /// For people: `Keras 3 HDF5`.
  public var name: String {
    switch self {
    case .keras2: "Keras 2 HDF5"
    case .keras3: "Keras 3 HDF5"
    case .kerasArchive: "Keras archive"
    case .kerasWeights: "Keras weights HDF5"
    case .stateDictionary: "state dictionary HDF5"
    case .native: "tiny-diagnose HDF5"
    case .kernelList: "list of kernels HDF5"
    case .recording: Recording.formatName
    }
  }
}

/// One layer of a file, and what became of it.
public struct LayerSummary: Equatable, Sendable {
  /// The layer's name in the file.
  public let name: String
  /// Its class, as Keras names it.
  public let className: String
  /// The dimensions of its output for one sample.
  public let outputShape: [Int]
  /// What it is to the diagnosis.
  public let treatment: Treatment

  /// What a layer is to the diagnosis.
  public enum Treatment: Equatable, Sendable {
    /// Says how large a sample is.
    case input
    /// Diagnosed; with its activation, `linear` if there is none.
    case dense(activation: Activation)
    /// Applies a function to the layer before.
    case activation(Activation)
    /// Scales and shifts each unit: normalizations at inference.
    case affine
    /// A slope below zero for each unit.
    case parametricReLU
    /// Brings each sample to one mean and variance; over units of a layer, which then do not grow.
    case normalization(ofUnits: Bool)
    /// Changes the shape of a sample and not its numbers.
    case shape
    /// Does nothing outside training.
    case leftOut

    /// In words, for a table.
    public var description: String {
      switch self {
      case .input: "input"
      case .dense(.linear): "diagnosed"
      case .dense(let activation): "diagnosed, with \(activation.name)"
      case .activation(let activation): activation.name
      case .affine: "scales and shifts each unit"
      case .parametricReLU: "prelu"
      case .normalization(ofUnits: false): "normalizes each sample"
      case .normalization(ofUnits: true):
        "normalizes each sample: the layer before does not grow"
      case .shape: "changes the shape only"
      case .leftOut: "left out: does nothing outside training"
      }
    }
  }
}
