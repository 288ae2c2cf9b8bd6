public import Networks

/// The facts about a model that a user gives and its file does not.
public struct ModelOptions: Equatable, Sendable {
  /// The file with the architecture of weights that stand alone: what `model.to_json()` gives.
  public var architecture: String?
  /// The activation of each layer of a state dictionary or a list of kernels, in order.
  public var activations: [Activation]?
  /// Which side of the kernels of a list belongs to what; `nil` for what their shapes tell.
  public var kernelSides: KernelSides?
  /// Whether the weights beside recorded activations are meant.
  var isRecording = false

  /// Options; a file that holds a whole model needs none.
  public init(
    architecture: String? = nil, activations: [Activation]? = nil,
    kernelSides: KernelSides? = nil
  ) {
    self.architecture = architecture
    self.activations = activations
    self.kernelSides = kernelSides
  }
}
