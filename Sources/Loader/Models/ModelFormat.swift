import LinearAlgebra
import Networks

/// The layouts of models that are read.
package enum ModelFormat: String, Sendable, CaseIterable {
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
  /// The weights of a state dictionary in a safetensors file.
  case safetensors
  /// `/model/layers/NNN_name`, the layout any program can write.
  case native
  /// A list of kernels and biases, as scikit-learn or a textbook names them.
  case kernelList
  /// Weights beside recorded activations, with nothing of what lies between the layers.
  case recording

  /// For people: `Keras 3 HDF5`.
  package var name: String {
    switch self {
    case .keras2: "Keras 2 HDF5"
    case .keras3: "Keras 3 HDF5"
    case .kerasArchive: "Keras archive"
    case .kerasWeights: "Keras weights HDF5"
    case .stateDictionary: "state dictionary HDF5"
    case .safetensors: "safetensors"
    case .native: "tiny-diagnose HDF5"
    case .kernelList: "list of kernels HDF5"
    case .recording: Recording.formatName
    }
  }

  /// Whether Keras wrote the file.
  var isOfKeras: Bool {
    switch self {
    case .keras2, .keras3, .kerasArchive, .kerasWeights: true
    case .stateDictionary, .safetensors, .native, .kernelList, .recording: false
    }
  }
}
